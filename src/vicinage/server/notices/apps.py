"""The notices app."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Names the app for Django."""

    name = "vicinage.server.notices"
    label = "notices"
