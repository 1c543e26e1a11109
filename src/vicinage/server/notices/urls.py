"""Routes of the notices."""

from django.urls import path

from vicinage.server.notices import views

urlpatterns = [path("home/events/", views.events, name="events")]
