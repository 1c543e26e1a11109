"""The feed app."""

from django.apps import AppConfig

from vicinage.server.ledger.triggers import Guard


class FeedConfig(AppConfig):
    """Names the app for Django, and the tables that only grow."""

    name = "vicinage.server.feed"
    label = "feed"
    guards = (
        Guard("feed", "PublishedRfa"),
        Guard("feed", "RfaCell"),
        Guard("feed", "Resolution"),
        Guard("feed", "PublishedPost"),
    )
