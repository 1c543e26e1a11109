"""The mediation app."""

from django.apps import AppConfig


class MediationConfig(AppConfig):
    """Names the app for Django, and the tables that only grow."""

    name = "vicinage.server.mediation"
    label = "mediation"
    guards = ()
