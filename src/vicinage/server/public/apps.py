"""The public app."""

from django.apps import AppConfig


class PublicConfig(AppConfig):
    """Names the app for Django."""

    name = "vicinage.server.public"
    label = "public"
