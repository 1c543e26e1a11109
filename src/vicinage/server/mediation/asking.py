"""What is asked, public or passed on: one shape for pages, mails and hand-overs."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from vicinage.core import rfa as law
from vicinage.core.span import Span, parse_instant
from vicinage.server import clock
from vicinage.server.agencies.models import Agency
from vicinage.server.feed import queries as feed
from vicinage.server.feed.models import PublishedRfa
from vicinage.server.ledger.models import Entry
from vicinage.server.regime import queries as rules
from vicinage.server.rfas.models import MediatedRfa


@dataclass(frozen=True)
class Asking:
    """A Request for Assistance as a resident can answer it.

    entry: the log's, which a consent names: of the publication, or of the commitment where it is passed
    on. words: the text as committed to, None once redacted. area: GeoJSON. open_until: when it stops
    taking answers. mediated: the row with the commitment's fields, while it is not public.
    """

    id: str
    agency: Agency
    entry: Entry
    title: str
    text: str
    words: bytes | None
    contact: str
    reference: str
    offence: str
    area: dict[str, Any]
    window: Span
    open_until: datetime
    resolved_at: datetime | None = None
    mediated: MediatedRfa | None = None

    @property
    def agency_id(self) -> str:
        """The agency's id."""
        return self.agency.id

    @property
    def window_from(self) -> datetime:
        """When the time asked for begins."""
        return self.window.start

    @property
    def window_to(self) -> datetime:
        """When it ends."""
        return self.window.end

    @property
    def is_open(self) -> bool:
        """Whether it takes answers now."""
        return law.state(self.resolved_at, self.open_until, clock.now()) == "open"


def public(row: PublishedRfa) -> Asking:
    """What a published rfa asks."""
    return Asking(
        id=row.id,
        agency=row.agency,
        entry=row.entry,
        title=row.title,
        text=row.text,
        words=None if row.entry.text is None else bytes(row.entry.text),
        contact=row.contact,
        reference=row.reference,
        offence=row.offence,
        area=row.area,
        window=row.window,
        open_until=row.open_until,
        resolved_at=row.resolved_at,
    )


def mediated(row: MediatedRfa) -> Asking:
    """What a mediated rfa asks, from the fields that the log holds the commitment to."""
    told, fields = row.words, row.fields
    window = Span(parse_instant(fields["window"]["from"]), parse_instant(fields["window"]["to"]))
    return Asking(
        id=row.pk,
        agency=row.submission.agency,
        entry=row.entry,
        title=told["title"],
        text=told["text"],
        words=bytes(row.text),
        contact=told["contact"],
        reference=fields["reference"],
        offence=fields["offence"],
        area=fields["area"],
        window=window,
        open_until=open_until(row),
        mediated=row,
    )


def open_until(row: MediatedRfa) -> datetime:
    """When a mediated rfa stops taking answers: by its own rules and those that came after."""
    return min(row.closes_at, rules.published().open_until(row.submission.submitted_at, row.at))


def of_submission(rfa_id: str) -> Asking | None:
    """What was asked, for those who hold a hand-over to it, whatever became of the rfa since."""
    row = feed.one(rfa_id)
    if row is not None:
        return public(row)
    kept = MediatedRfa.objects.filter(pk=rfa_id)
    found = kept.select_related("submission__agency", "entry__place").first()
    return mediated(found) if found is not None else None
