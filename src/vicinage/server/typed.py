"""Places and times as people type them, read leniently: what cannot be read is a finding of its field."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime

from django.utils.translation import gettext_noop as _

from vicinage.core.event import Finding
from vicinage.core.place import Area, Point, circle, parse_area
from vicinage.core.span import Span
from vicinage.errors import VicinageError

MOST_LINES = 210
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_NUMBER = r"(-?\d{1,3}(?:\.\d{1,12})?)"
_CORNER = re.compile(rf"^\s*{_NUMBER}\s*[,;\s]\s*{_NUMBER}\s*$")
_CIRCLE = re.compile(
    rf"^\s*{_NUMBER}\s*[,;\s]\s*{_NUMBER}\s*[,;\s]\s*(?:radius\s*)?(\d{{1,5}})\s*m?\s*$", re.I
)


def plain(text: object, most: int = 1000) -> str:
    """What was typed, without control signs and outer blanks, cut at `most` characters."""
    return _CONTROL.sub("", str(text))[:most].strip()


def area(drawn: object, lines: str, unread: list[Finding]) -> Area | None:
    """The area from the map (GeoJSON, as text or read), else from the typed lines, or None."""
    try:
        if drawn:
            return parse_area(json.loads(drawn) if isinstance(drawn, str) else drawn)
        return _read_lines(lines) if lines.strip() else None
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


def window(fields: Mapping[str, str], unread: list[Finding]) -> Span | None:
    """The time from two fields, the name of each with what was typed, as UTC; None when it is no span."""
    ends = [(field, instant(field, text, unread)) for field, text in fields.items()]
    (_first, start), (last, end) = ends
    if start is None or end is None:
        return None
    if end <= start:
        unread.append(
            _finding(last, _("The window should end after it begins."), _("Correct one of the times."))
        )
        return None
    return Span(start, end)


def instant(field: str, text: str, unread: list[Finding]) -> datetime | None:
    """A date and a time of day, UTC if no zone is given; None when nothing was typed, or it is none."""
    try:
        return _read_instant(text.strip()) if text.strip() else None
    except (ValueError, OverflowError):
        sentence = _("The time should be a date and a time of day in UTC, such as 2026-11-22T14:00.")
        unread.append(_finding(field, sentence, _("Correct the time.")))
        return None


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
