"""The regime app."""

from django.apps import AppConfig


class RegimeConfig(AppConfig):
    """Names the app for Django, and the tables that only grow."""

    name = "vicinage.server.regime"
    label = "regime"
    guards = ()
