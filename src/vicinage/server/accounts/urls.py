"""Routes of accounts: allauth's own, below /accounts/, and what a person wants to be told."""

from django.urls import include, path

from vicinage.server.accounts import views

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("home/choices/", views.choices, name="choices"),
    path("choices/<str:link>/", views.choices_link, name="choices-link"),
]
