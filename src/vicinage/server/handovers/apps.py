"""The handovers app."""

from django.apps import AppConfig

from vicinage.server.ledger.triggers import Guard


class HandoversConfig(AppConfig):
    """Names the app for Django, and the tables that only grow."""

    name = "vicinage.server.handovers"
    label = "handovers"
    guards = (
        Guard("handovers", "Withdrawal"),
        Guard("handovers", "Collection"),
        Guard("handovers", "Deletion"),
    )
