"""An officer's draft on its way to the judge, and what the judge found."""

from typing import Annotated

import msgspec

from vicinage.wire.fields import Json

DRAFT_LIMIT = 256 * 1024
"""Largest JSON body of a draft: an area has at most 200 corners, a text a few thousand letters."""

Line = Annotated[str, msgspec.Meta(max_length=1000)]
Text = Annotated[str, msgspec.Meta(max_length=20_000)]


class RfaDraft(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """POST /api/judge: the form as it stands while typing, so that any field may be empty.

    area: a GeoJSON Polygon, as an object or as its text. area_text: the form's other way to give
    the place, lines of "lat, lon". window_from, window_to: as typed, "2026-11-22T14:00", in UTC.
    """

    title: Line = ""
    text: Text = ""
    offence: Line = ""
    reference: Line = ""
    contact: Line = ""
    window_from: Line = ""
    window_to: Line = ""
    area: Text | Json | None = None
    area_text: Text = ""


class Finding(msgspec.Struct, frozen=True):
    """One objection: the rule's id, a sentence in the reader's language, its source, what to do."""

    rule: str
    sentence: str
    source: str
    hint: str
    field: str


class Judgement(msgspec.Struct, frozen=True):
    """Answer: all findings at once, and the area in square metres when there is one."""

    findings: list[Finding]
    area_m2: float | None = None
