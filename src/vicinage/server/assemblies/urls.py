"""Routes of assemblies."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
