"""Routes of the feed."""

from django.urls import path

from vicinage.server.feed import views

urlpatterns = [path("", views.feed, name="feed")]
