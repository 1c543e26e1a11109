"""Routes of accounts: allauth's own, below /accounts/."""

from django.urls import include, path

urlpatterns = [path("accounts/", include("allauth.urls"))]
