"""An officer's form, read leniently: whatever can be read is read, and the judge sees the rest missing.

The same reading serves the page's form, saved drafts and `POST /api/judge`.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext_noop as _

from vicinage.core.event import Finding
from vicinage.core.place import Area, Point, circle, parse_area
from vicinage.core.rfa import Rfa
from vicinage.core.span import Span
from vicinage.errors import VicinageError
from vicinage.wire.judge import RfaDraft

FIELDS = (
    "title", "text", "offence", "reference", "contact", "window_from", "window_to", "area", "area_text"
)  # fmt: skip
MOST_LINES = 210
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_NUMBER = r"(-?\d{1,3}(?:\.\d{1,12})?)"
_CORNER = re.compile(rf"^\s*{_NUMBER}\s*[,;\s]\s*{_NUMBER}\s*$")
_CIRCLE = re.compile(
    rf"^\s*{_NUMBER}\s*[,;\s]\s*{_NUMBER}\s*[,;\s]\s*(?:radius\s*)?(\d{{1,5}})\s*m?\s*$", re.I
)


@dataclass(frozen=True)
class Reading:
    """What a draft says. `unread`: findings for what was typed and could not be read."""

    rfa: Rfa
    unread: tuple[Finding, ...]


def typed(post: Mapping[str, Any]) -> RfaDraft:
    """The form's fields as typed, cut at the limits of the wire."""
    most = {"text": 20_000, "area": 20_000, "area_text": 20_000}
    return RfaDraft(
        **{name: _CONTROL.sub("", str(post.get(name, "")))[: most.get(name, 1000)].strip() for name in FIELDS}
    )


def as_typed(draft: RfaDraft) -> dict[str, str]:
    """The draft as strings, to be saved and shown in the form again."""
    values = {name: getattr(draft, name) or "" for name in FIELDS}
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in values.items()}


def read(draft: RfaDraft, rfa_id: str, agency_id: str) -> Reading:
    """The rfa in a draft. Never raises: what cannot be read is None in the rfa and a finding."""
    unread: list[Finding] = []
    area = _read_area(draft, unread)
    window = _read_window(draft, unread)
    rfa = Rfa(
        id=rfa_id,
        agency=agency_id,
        reference=draft.reference.strip(),
        offence=draft.offence.strip(),
        title=draft.title.strip(),
        text=draft.text.replace("\r\n", "\n").strip(),
        contact=draft.contact.strip(),
        area=area,
        window=window,
    )
    return Reading(rfa, tuple(unread))


def _read_area(draft: RfaDraft, unread: list[Finding]) -> Area | None:
    """The area from the map (GeoJSON), else from the typed lines."""
    try:
        if draft.area:
            return parse_area(json.loads(draft.area) if isinstance(draft.area, str) else draft.area)
        return _read_lines(draft.area_text) if draft.area_text.strip() else None
    except VicinageError as error:
        unread.append(_finding("area", error.sentence, error.hint or _("Draw or type the area again.")))
    except (ValueError, RecursionError):
        unread.append(
            _finding(
                "area", _("The area should be a GeoJSON Polygon, and is not."), _("Draw or type it again.")
            )
        )
    return None


def _read_lines(text: str) -> Area:
    """One line "lat, lon, radius m", or three and more lines "lat, lon". Raises ValueError."""
    lines = [line for line in text.splitlines() if line.strip()]
    around = _CIRCLE.match(lines[0]) if len(lines) == 1 else None
    if around:
        lat, lon, radius_m = (float(part) for part in around.groups())
        if not 0 < radius_m <= 20_000:
            raise VicinageError(
                "area-radius", _("The radius should be from 1 to 20,000 metres."), _("Correct the radius.")
            )
        return circle(Point(lat, lon), radius_m)
    corners = [_CORNER.match(line) for line in lines]
    if len(lines) > MOST_LINES or not all(corners):
        raise VicinageError(
            "area-lines",
            _('Each line of the area should be "latitude, longitude" in degrees.'),
            _('For a circle, type one line: "latitude, longitude, radius in metres".'),
        )
    ring = [[float(found[2]), float(found[1])] for found in corners if found]
    if ring[0] != ring[-1]:
        ring.append(ring[0])
    return parse_area({"type": "Polygon", "coordinates": [ring]})


def _read_window(draft: RfaDraft, unread: list[Finding]) -> Span | None:
    """The window from the two fields, as UTC."""
    ends = []
    for field in ("window_from", "window_to"):
        text = getattr(draft, field).strip()
        if not text:
            continue
        try:
            ends.append(_read_instant(text))
        except (ValueError, OverflowError):
            unread.append(
                _finding(
                    field,
                    _("The time should be a date and a time of day in UTC, such as 2026-11-22T14:00."),
                    _("Correct the time."),
                )
            )
    if len(ends) != 2:
        return None
    start, end = ends
    if end <= start:
        unread.append(
            _finding("window_to", _("The window should end after it begins."), _("Correct one of the times."))
        )
        return None
    return Span(start, end)


def _read_instant(text: str) -> datetime:
    """A datetime-local value, or RFC 3339; without a zone it is UTC. Raises ValueError, OverflowError."""
    at = datetime.fromisoformat(text)
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    return at.replace(microsecond=0)


def _finding(field: str, message: str, hint: str) -> Finding:
    """A finding of the form itself; its source is the format page."""
    return Finding(rule="form-unread", message=message, args={}, source="spec/rfa.md", hint=hint, field=field)


def together(unread: tuple[Finding, ...], judged: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """All findings at once; where a field could not be read, the judge's "it is missing" is left out."""
    fields = {finding.field for finding in unread}
    missing = {"window_from", "window_to", "window"} if fields & {"window_from", "window_to"} else set()
    return unread + tuple(finding for finding in judged if finding.field not in fields | missing)
