"""Writes of the feed: an rfa or a post is published, an rfa is resolved. All are final.

Each runs inside the transaction of the decision that it carries out.
"""

from datetime import datetime

from vicinage.core.place import area_m2, cells_of
from vicinage.core.post import Post
from vicinage.core.rfa import Rfa
from vicinage.server.feed.models import PublishedPost, PublishedRfa, Resolution, RfaCell
from vicinage.server.ledger.models import Entry


def publish_rfa(
    rfa: Rfa,
    entry: Entry,
    *,
    number: int,
    first: str,
    regime: str,
    submitted_at: datetime,
    approved_at: datetime,
    published_at: datetime,
    closes_at: datetime,
    mediated_entry: Entry | None = None,
) -> PublishedRfa:
    """Put an approved rfa before everyone. first: id of the incident's first post, or empty."""
    assert rfa.area is not None  # noqa: S101 (core.rfa.publish refused otherwise)
    assert rfa.window is not None  # noqa: S101 (core.rfa.publish refused otherwise)
    row = PublishedRfa(
        id=rfa.id,
        agency_id=rfa.agency,
        entry=entry,
        reference=rfa.reference,
        offence=rfa.offence,
        area=rfa.area.geojson(),
        area_m2=area_m2(rfa.area),
        window_from=rfa.window.start,
        window_to=rfa.window.end,
        number=number,
        first=first,
        regime=regime,
        submitted_at=submitted_at,
        approved_at=approved_at,
        published_at=published_at,
        closes_at=closes_at,
        mediated_entry=mediated_entry,
    )
    row.save(force_insert=True)
    RfaCell.objects.bulk_create(RfaCell(rfa=row, cell=cell) for cell in cells_of(rfa.area))
    return row


def resolve(rfa: PublishedRfa, entry: Entry, at: datetime) -> Resolution:
    """Mark a published rfa resolved. IntegrityError when it already is."""
    return Resolution.objects.create(rfa=rfa, entry=entry, at=at)


def publish_post(post: Post, entry: Entry, at: datetime) -> PublishedPost:
    """Put an approved post of an agency before everyone."""
    row = PublishedPost(
        id=post.id,
        agency_id=post.agency,
        entry=entry,
        kind=post.kind,
        starts_at=post.starts_at,
        ends_at=post.ends_at,
        published_at=at,
    )
    row.save(force_insert=True)
    return row
