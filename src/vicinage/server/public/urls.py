"""Routes of what anyone may read."""

from django.urls import path, re_path

from vicinage.server.public import files, views

urlpatterns = [
    path("rfas/<record:rfa_id>/", views.rfa, name="rfa"),
    path("rfas/<record:rfa_id>.json", files.rfa, name="rfa-json"),
    path("agencies/", views.agencies, name="agencies"),
    path("agencies/<record:agency_id>/", views.agency, name="agency"),
    path("regime/", views.regime, name="regime"),
    path("verify/", views.verify, name="verify"),
    path("public/town.geojson", files.town, name="town"),
    re_path(r"^public/rfas/cell/(?P<cell>8[0-9a-f]{14})\.json$", files.cell, name="cell"),
]
