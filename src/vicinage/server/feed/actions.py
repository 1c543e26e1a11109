"""Writes of the feed: an rfa is published, an rfa is resolved. Both are final."""

from datetime import datetime

from vicinage.core.place import area_m2, cells_of
from vicinage.core.rfa import Rfa
from vicinage.server.feed.models import PublishedRfa, Resolution, RfaCell
from vicinage.server.ledger.models import Entry


def post(
    rfa: Rfa, entry: Entry, *, number: int, regime: str, submitted_at: datetime, published_at: datetime
) -> PublishedRfa:
    """Put an approved rfa before everyone. Runs inside the transaction of its approval."""
    assert rfa.area is not None  # noqa: S101 (core.rfa.publish refused otherwise)
    assert rfa.window is not None  # noqa: S101 (core.rfa.publish refused otherwise)
    row = PublishedRfa(
        id=rfa.id,
        agency_id=rfa.agency,
        entry=entry,
        reference=rfa.reference,
        offence=rfa.offence,
        title=rfa.title,
        text=rfa.text,
        contact=rfa.contact,
        area=rfa.area.geojson(),
        area_m2=area_m2(rfa.area),
        window_from=rfa.window.start,
        window_to=rfa.window.end,
        number=number,
        regime=regime,
        submitted_at=submitted_at,
        published_at=published_at,
    )
    row.save(force_insert=True)
    RfaCell.objects.bulk_create(RfaCell(rfa=row, cell=cell) for cell in cells_of(rfa.area))
    return row


def resolve(rfa: PublishedRfa, entry: Entry, at: datetime) -> Resolution:
    """Mark a published rfa resolved. IntegrityError when it already is."""
    return Resolution.objects.create(rfa=rfa, entry=entry, at=at)
