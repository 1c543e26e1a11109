"""Routes of the officer's console, of the judge, and of moderation."""

from django.urls import path

from vicinage.server.rfas import api, moderation, views

urlpatterns = [
    path("agency/", views.console, name="agency-console"),
    path("agency/rfas/new/", views.new, name="agency-rfa-new"),
    path("agency/rfas/<record:rfa_id>/", views.one, name="agency-rfa"),
    path("agency/rfas/<record:rfa_id>/resolve/", views.resolve, name="agency-rfa-resolve"),
    path("api/judge", api.judge, name="api-judge"),
    path("moderation/", moderation.queue, name="moderation"),
    path("moderation/rfas/<record:rfa_id>/", moderation.one, name="moderation-rfa"),
]
