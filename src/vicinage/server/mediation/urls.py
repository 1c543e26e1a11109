"""Routes of mediation: a resident's pages, and what their browser reads."""

from django.urls import path

from vicinage.server.mediation import api, views

urlpatterns = [
    path("home/rfas/", views.listing, name="passed-on-all"),
    path("home/rfas/<record:rfa_id>/", views.one, name="passed-on"),
    path("api/rfas/passed-on", api.listing, name="api-passed-on-all"),
    path("api/rfas/passed-on/<record:rfa_id>", api.one, name="api-passed-on"),
]
