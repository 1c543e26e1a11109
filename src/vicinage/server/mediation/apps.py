"""The mediation app."""

from django.apps import AppConfig


class MediationConfig(AppConfig):
    """Names the app for Django, and what notices tell of it. Its tables shrink: nothing of them is kept."""

    name = "vicinage.server.mediation"
    label = "mediation"
    tells = ("vicinage.server.mediation.queries.news",)
