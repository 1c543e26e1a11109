"""Reads of what is published. `published` is the one gate: it shows what the log holds, and no more."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from vicinage.server.feed.models import PublishedRfa
from vicinage.server.ledger import queries as ledger

PAGE = 20
MOST_IN_CELL = 1000


@dataclass(frozen=True)
class Page:
    """Some published rfas, newest first. `before` is the next page's key, or None at the end."""

    rfas: Sequence[PublishedRfa]
    before: int | None


def published() -> QuerySet[PublishedRfa]:
    """Every rfa that the published log holds, with its agency, place and resolution in one query."""
    return PublishedRfa.objects.filter(entry__place__index__lt=ledger.size()).select_related(
        "agency", "entry__place", "resolution"
    )


def still_open() -> QuerySet[PublishedRfa]:
    """Published and not marked resolved."""
    return published().filter(resolution=None)


def newest(before: int | None = None, limit: int = PAGE) -> Page:
    """A page by key: rfas whose index in the log is smaller than `before`. One query."""
    rows = published().order_by("-entry__place__index")
    if before is not None:
        rows = rows.filter(entry__place__index__lt=before)
    found = list(rows[: limit + 1])
    rfas = found[:limit]
    return Page(rfas, rfas[-1].entry.place.index if len(found) > limit else None)


def one(rfa_id: str) -> PublishedRfa | None:
    """A published rfa by id, or None."""
    return published().filter(id=rfa_id).first()


def in_cell(cell: str) -> QuerySet[PublishedRfa]:
    """The open rfas that touch an H3 cell, newest first."""
    return still_open().filter(cells__cell=cell).order_by("-entry__place__index")[:MOST_IN_CELL]


def of_agency(agency_id: str) -> QuerySet[PublishedRfa]:
    """Every request the agency ever published, newest first."""
    return published().filter(agency_id=agency_id).order_by("-entry__place__index")
