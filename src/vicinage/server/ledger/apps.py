"""The ledger app: names its tables that only grow, and renews all guards after each migrate."""

from typing import ClassVar

from django.apps import AppConfig
from django.db.models.signals import post_migrate

from vicinage.server.ledger.triggers import Guard, install


class LedgerConfig(AppConfig):
    """Names the app for Django."""

    name = "vicinage.server.ledger"
    label = "ledger"
    guards: ClassVar = (
        Guard("ledger", "Entry", erasable=("text",), redacted="id"),
        Guard("ledger", "Place"),
        Guard("ledger", "Redaction"),
    )

    def ready(self) -> None:
        """The one signal in use: a migration may have dropped triggers (see ledger.triggers).

        Django sends it once an app, after all migrations have run; hearing it once is enough.
        """
        post_migrate.connect(install, sender=self, dispatch_uid="ledger.triggers")
