"""Routes of the library: pages, the resident's interface, the hub's interface."""

from django.urls import path

from vicinage.server.library import api, hub_api, views

urlpatterns = [
    path("home/", views.home, name="library_home"),
    path("home/key/", views.key, name="library_key"),
    path("home/cameras/", views.cameras, name="library_cameras"),
    path("home/clips/<record:clip>/", views.player, name="library_player"),
    path("home/clips/<record:clip>/clip.age", views.clip_age, name="library_clip_age"),
    path("home/clips/<record:clip>/delete/", views.delete, name="library_delete"),
    path("api/household", api.household, name="api_household"),
    path("api/cameras", api.cameras, name="api_cameras"),
    path("api/clips", api.clips, name="api_clips"),
    path("api/clips/<record:clip>", api.clip, name="api_clip"),
    path("api/clips/<record:clip>/payload", api.payload, name="api_clip_payload"),
    path("api/hub/clips", hub_api.offer, name="hub_offer"),
    path("api/hub/clips/<record:clip>/payload", hub_api.payload, name="hub_payload"),
    path("api/time", hub_api.time, name="api_time"),
]
