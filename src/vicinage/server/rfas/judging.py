"""Ask the judge about a draft, as of now, without writing anything."""

from dataclasses import dataclass

from vicinage.core.event import Finding
from vicinage.core.judge import judge
from vicinage.core.place import area_m2, flaws
from vicinage.server import clock
from vicinage.server.agencies.actions import new_id
from vicinage.server.agencies.models import Agency
from vicinage.server.regime import queries as rules
from vicinage.server.rfas import forms, queries
from vicinage.wire.judge import RfaDraft


@dataclass(frozen=True)
class Opinion:
    """All findings on a draft; its area in square metres, when there is one that can be measured."""

    findings: tuple[Finding, ...]
    area_m2: float | None


def ask(agency: Agency, typed: RfaDraft, rfa_id: str | None = None) -> Opinion:
    """What the judge says of the draft of a verified agency."""
    now = clock.now()
    reading = forms.read(typed, rfa_id or new_id(), agency.id)
    earlier = queries.pending_or_published(agency.id, reading.rfa.reference)
    found = judge(rules.in_force(now), reading.rfa, agency.core(), earlier, now)
    area = reading.rfa.area
    size = area_m2(area) if area is not None and not flaws(area) else None
    return Opinion(forms.together(reading.unread, found), size)
