"""Reads of the rules: the schedule that follows from the log, what is in force, what is announced.

Actions ask `schedule`, which reads what is recorded. Pages ask `published`, which reads what anyone can
see in the log, and is read again only when the log has grown.
"""

from dataclasses import replace
from datetime import datetime
from functools import lru_cache

from django.db.models import QuerySet

from vicinage.core import leaf as leaves
from vicinage.core import regime as law
from vicinage.core.regime import Change, Regime, Schedule
from vicinage.server import clock
from vicinage.server.errors import ServerError
from vicinage.server.ledger import queries as ledger
from vicinage.server.ledger.models import Entry

KINDS = ("regime.adopted", "regime.announced")
NONE = Schedule(())


def schedule() -> Schedule:
    """Every regime that was adopted or announced, in the order of the log; what actions go by."""
    return _read(_entries())


def published() -> Schedule:
    """The schedule as the published log has it, with each change's index; what pages go by."""
    return _published(str(ledger.root()), ledger.size())


def in_force(at: datetime | None = None) -> Regime:
    """The regime in force at an instant, now if none is given. Raises ServerError when there is none."""
    regime = schedule().in_force(at or clock.now())
    if regime is None:
        raise ServerError(
            "regime-none",
            "No request regime is in force.",
            "Start the server with `vicinage run`.",
            status=503,
        )
    return regime


def announced(at: datetime | None = None) -> tuple[Change, ...]:
    """The changes that are published and have not taken force, soonest first."""
    return published().announced(at or clock.now())


def offence_titles() -> dict[str, str]:
    """Titles of offences by code, of every regime there has been; the newer title wins."""
    titles: dict[str, str] = {}
    now = clock.now()
    for change in published().changes:
        if change.effective_at <= now:
            titles.update(change.regime.offences)
    return titles


def since(at: datetime | None = None) -> Change | None:
    """The change by which the regime in force came, or None before there is one."""
    return published().change_in_force(at or clock.now())


def is_closed() -> bool:
    """Whether nobody may ask at all under the regime in force, as published."""
    change = since()
    return change is not None and change.regime.conduct.route == "closed"


def stamp() -> str:
    """What tells one time's pages from another's while the log stays: the change in force. No query."""
    change = since()
    return "" if change is None else f"{change.effective_at.isoformat()} {change.regime.sha256}"


def _entries() -> QuerySet[Entry]:
    return Entry.objects.filter(kind__in=KINDS).select_related("place").order_by("id")


@lru_cache(maxsize=8)
def _published(root: str, size: int) -> Schedule:
    """Named by the root, so that it is read once for each state of the log."""
    return _read(_entries().filter(place__index__lt=size)) if root else NONE


def _read(entries: QuerySet[Entry]) -> Schedule:
    changes = []
    for entry in entries:
        place = getattr(entry, "place", None)
        change = _change(bytes(entry.leaf), bytes(entry.text or b""))
        changes.append(replace(change, index=place.index if place is not None else None))
    return Schedule(tuple(changes))


@lru_cache(maxsize=32)
def _change(leaf: bytes, toml: bytes) -> Change:
    return law.from_leaf(leaves.parse(leaf), toml)
