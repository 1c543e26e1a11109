"""The handovers app."""

from django.apps import AppConfig


class HandoversConfig(AppConfig):
    """Names the app for Django."""

    name = "vicinage.server.handovers"
    label = "handovers"
