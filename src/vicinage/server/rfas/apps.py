"""The rfas app."""

from django.apps import AppConfig

from vicinage.server.ledger.triggers import Guard


class RfasConfig(AppConfig):
    """Names the app for Django, and the tables that only grow."""

    name = "vicinage.server.rfas"
    label = "rfas"
    guards = (
        Guard(
            "rfas",
            "Submission",
            erasable=("title", "text", "contact"),
            redacted="id",
            told="rfa.published",
        ),
        Guard("rfas", "Opening"),
        Guard("rfas", "Review"),
        Guard("rfas", "MediatedRfa", erasable=("text",), redacted="submission_id", told="rfa.published"),
    )
