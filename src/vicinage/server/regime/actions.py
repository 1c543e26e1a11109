"""Writes of the rules: a log's first regime is adopted, every later one announced ahead of its time."""

from datetime import datetime

from django.db import transaction

from vicinage.core import regime as law
from vicinage.core.event import Finding
from vicinage.server.errors import ServerError
from vicinage.server.ledger.actions import record
from vicinage.server.ledger.models import Entry
from vicinage.server.regime import queries


def adopt_first(name: str, toml: bytes, at: datetime) -> bool:
    """Put a regime in force if the log has none yet. Returns whether an entry was recorded.

    Raises RegimeError for a file with a mistake in it.
    """
    with transaction.atomic():
        if Entry.objects.filter(kind__in=queries.KINDS).exists():
            return False
        event = law.adopt(name, toml, at.replace(microsecond=0)).event
        assert event is not None  # noqa: S101 (adopting refuses by raising)
        record(event)
    return True


def announce(toml: bytes, effective_at: datetime, at: datetime) -> tuple[Entry | None, tuple[Finding, ...]]:
    """Announce the regime that takes force at `effective_at`. With findings nothing is written.

    It cannot be taken back. Raises RegimeError for a file with a mistake in it, ServerError
    (regime-none) when there is no first regime yet.
    """
    at = at.replace(microsecond=0)
    with transaction.atomic():
        # Two announcements at once are decided one after the other.
        first = Entry.objects.select_for_update().filter(kind="regime.adopted").order_by("id").first()
        if first is None:
            raise ServerError(
                "regime-none",
                "No request regime is in force.",
                "Start the server with `vicinage run`.",
                status=503,
            )
        decision = law.announce(queries.schedule(), toml, effective_at, at)
        if decision.event is None:
            return None, decision.findings
        return record(decision.event), ()
