"""The agencies app."""

from django.apps import AppConfig

from vicinage.server.agencies import converters
from vicinage.server.ledger.triggers import Guard


class AgenciesConfig(AppConfig):
    """Names the app for Django, and the tables that only grow."""

    name = "vicinage.server.agencies"
    label = "agencies"
    guards = (
        Guard("agencies", "Agency", when="OLD.verified_at IS NOT NULL"),
        Guard("agencies", "AgencyKey"),
    )

    def ready(self) -> None:
        """Routes may name ids from here on."""
        converters.register()
