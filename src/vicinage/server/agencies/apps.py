"""The agencies app."""

from django.apps import AppConfig

from vicinage.server.agencies import converters
from vicinage.server.ledger.triggers import Guard


class AgenciesConfig(AppConfig):
    """Names the app for Django, and the tables that only grow."""

    name = "vicinage.server.agencies"
    label = "agencies"
    guards = (
        # What a renewal may change, the log keeps: region, retention, desk, evidence, until.
        Guard(
            "agencies",
            "Agency",
            frozen=(
                "id",
                "name",
                "kind",
                "level",
                "domain",
                "created_at",
                "verified_at",
                "verified_entry_id",
            ),
            when="OLD.verified_at IS NOT NULL",
        ),
        Guard("agencies", "Verification"),
        Guard(
            "agencies",
            "Suspension",
            frozen=("agency_id", "operator_id", "reason", "suspended_at", "entry_id"),
        ),
        Guard("agencies", "Approval"),
        Guard("agencies", "OfficerAct"),
        Guard("agencies", "AgencyKey"),
        Guard("agencies", "KeyRevocation"),
    )

    def ready(self) -> None:
        """Routes may name ids from here on."""
        converters.register()
