"""Reads of what is published. `published` and `posts` are the gates: they show what the log holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice, zip_longest

from django.db.models import Q, QuerySet

from vicinage.server import clock
from vicinage.server.feed.models import PublishedPost, PublishedRfa, RfaCell
from vicinage.server.ledger import queries as ledger
from vicinage.server.regime import queries as rules

PAGE = 20
MOST_IN_CELL = 1000


@dataclass(frozen=True)
class Page:
    """Some published rfas and posts, newest first. `before` is the next page's key, or None at the end."""

    items: Sequence[PublishedRfa | PublishedPost]
    before: int | None

    @property
    def rfas(self) -> list[PublishedRfa]:
        """The rfas among them."""
        return [item for item in self.items if isinstance(item, PublishedRfa)]


def published() -> QuerySet[PublishedRfa]:
    """Every rfa that the published log holds, with its agency, place and resolution in one query."""
    return PublishedRfa.objects.filter(entry__place__index__lt=ledger.size()).select_related(
        "agency", "entry__place", "resolution"
    )


def posts() -> QuerySet[PublishedPost]:
    """Every agency's post that the published log holds, with its agency and place."""
    return PublishedPost.objects.filter(entry__place__index__lt=ledger.size()).select_related(
        "agency", "entry__place"
    )


def still_open(at: datetime | None = None) -> QuerySet[PublishedRfa]:
    """Published, not resolved, and taking answers at an instant, now if none is given."""
    now = at or clock.now()
    rows = published().filter(resolution=None, closes_at__gt=now)
    order = sorted(rules.published().changes, key=lambda change: change.effective_at)
    for change, following in zip_longest(order, order[1:]):
        conduct = change.regime.conduct
        last = change.effective_at + timedelta(days=conduct.answer_days)
        if conduct.route == "closed" and last <= now:
            rows = rows.filter(approved_at__gte=following.effective_at) if following else rows.none()
    return rows


def newest(before: int | None = None, limit: int = PAGE, *, with_rfas: bool = True) -> Page:
    """A page by key: what has an index in the log smaller than `before`. Two queries, one without rfas."""
    found: list[PublishedRfa | PublishedPost] = []
    for rows in (published(), posts()) if with_rfas else (posts(),):
        older = rows if before is None else rows.filter(entry__place__index__lt=before)
        found += older.order_by("-entry__place__index")[: limit + 1]
    found.sort(key=lambda row: -row.entry.place.index)
    items = list(islice(found, limit))
    return Page(items, items[-1].entry.place.index if len(found) > limit else None)


def one(rfa_id: str) -> PublishedRfa | None:
    """A published rfa by id, or None."""
    return published().filter(id=rfa_id).first()


def post(post_id: str) -> PublishedPost | None:
    """A published post by id, or None."""
    return posts().filter(id=post_id).first()


def on_incident(rfa: PublishedRfa) -> list[PublishedRfa]:
    """The other published posts on the same incident, first post first."""
    first = rfa.first or rfa.id
    same = published().filter(Q(id=first) | Q(first=first)).exclude(id=rfa.id)
    return list(same.order_by("entry__place__index"))


def in_cell(cell: str) -> QuerySet[PublishedRfa]:
    """The open rfas that touch an H3 cell, newest first."""
    return still_open().filter(cells__cell=cell).order_by("-entry__place__index")[:MOST_IN_CELL]


def of_agency(agency_id: str) -> QuerySet[PublishedRfa]:
    """Every request the agency ever published, newest first."""
    return published().filter(agency_id=agency_id).order_by("-entry__place__index")


def posts_of_agency(agency_id: str) -> QuerySet[PublishedPost]:
    """Every post the agency ever published, newest first."""
    return posts().filter(agency_id=agency_id).order_by("-entry__place__index")


def cells() -> list[str]:
    """Every cell that a published rfa touches or ever touched, sorted."""
    rows = RfaCell.objects.filter(rfa__entry__place__index__lt=ledger.size())
    return list(rows.order_by("cell").values_list("cell", flat=True).distinct())
