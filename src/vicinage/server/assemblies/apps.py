"""The assemblies app."""

from django.apps import AppConfig

from vicinage.server.ledger.triggers import Guard


class AssembliesConfig(AppConfig):
    """Names the app for Django, and the tables that only grow."""

    name = "vicinage.server.assemblies"
    label = "assemblies"
    guards = (
        Guard("assemblies", "Assembly"),
        Guard("assemblies", "Withdrawal"),
    )
