"""The assemblies app."""

from django.apps import AppConfig


class AssembliesConfig(AppConfig):
    """Names the app for Django, and the tables that only grow."""

    name = "vicinage.server.assemblies"
    label = "assemblies"
    guards = ()
