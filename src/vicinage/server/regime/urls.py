"""Routes of regime."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
