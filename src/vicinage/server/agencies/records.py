"""An agency as the record of an rfa names it."""

from vicinage.server.agencies import queries
from vicinage.server.agencies.models import Agency
from vicinage.wire.feed import AgencyRecord


def record_of(agency: Agency) -> AgencyRecord:
    """The agency with the places in the log of its verification and its key in force."""
    key, verified = queries.current_key(agency.id), agency.verified_entry
    place = getattr(verified, "place", None)
    return AgencyRecord(
        id=agency.id,
        name=agency.name,
        recipient=key.recipient if key else None,
        key_index=key.entry.place.index if key else None,
        verified_index=place.index if place else None,
        retention_days=agency.retention_days,
    )
