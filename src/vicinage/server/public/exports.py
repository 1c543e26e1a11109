"""The lists of the public record as files: GeoJSON (RFC 7946), CSV for spreadsheets, seats for a map.

Each function here gives the bytes of one file, made from what is published and nothing else; the same
bytes for the same state of the log.
"""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from vicinage.core.span import format_instant
from vicinage.server.feed import queries as feed
from vicinage.server.feed.models import PublishedRfa
from vicinage.server.public import record
from vicinage.wire import encode
from vicinage.wire.record import (
    AgencyLine,
    Feature,
    FeatureCollection,
    PointGroup,
    Points,
    RfaLine,
)

# A spreadsheet takes a cell that begins so for a formula; an apostrophe before it makes it text.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
BAND = 200
"""Seats are walked in bands of so many thousandths of a degree: differences stay small, and so the file."""


def agencies_geojson() -> bytes:
    """Every agency; who gave no seat has no geometry."""
    features = []
    for line in _agency_lines():
        seat = None if line.seat is None else {"type": "Point", "coordinates": list(line.seat)}
        features.append(Feature(line.id, seat, _properties(line)))
    return encode(FeatureCollection(features))


def agencies_csv() -> bytes:
    """Every agency, one a row."""
    rows = []
    for line in _agency_lines():
        facts = _properties(line)
        facts["longitude"], facts["latitude"] = line.seat or (None, None)
        rows.append(facts)
    columns = [*_columns(AgencyLine, without="seat"), "longitude", "latitude"]
    return as_csv(columns, rows)


def rfas_geojson() -> bytes:
    """Every published request with its area."""
    return encode(
        FeatureCollection([Feature(row.id, row.area, _properties(rfa_line(row))) for row in _rfas()])
    )


def rfas_csv() -> bytes:
    """Every published request, one a row, its area as GeoJSON."""
    rows = [_properties(rfa_line(row)) | {"area": json.dumps(row.area)} for row in _rfas()]
    return as_csv([*_columns(RfaLine), "area"], rows)


def points() -> bytes:
    """The seats of all agencies, small enough to send with a page."""
    groups: dict[tuple[str, str], list[tuple[int, int]]] = {}
    unplaced = 0
    for one in record.read().agencies.values():
        if one.seat is None:
            unplaced += 1
            continue
        lon, lat = one.seat
        groups.setdefault((one.state, one.standing), []).append((round(lon * 1000), round(lat * 1000)))
    told = [_group(state, standing, seats) for (state, standing), seats in sorted(groups.items())]
    return encode(Points(told, unplaced))


def _group(state: str, standing: str, seats: list[tuple[int, int]]) -> PointGroup:
    """Seats in bands from south to north, to and fro: each is near the one before."""
    walk = sorted(seats, key=lambda s: (s[1] // BAND, s[0] if s[1] // BAND % 2 else -s[0], s[1]))
    xs, ys = ([seat[axis] for seat in walk] for axis in (0, 1))
    return PointGroup(state, standing, _differences(xs), _differences(ys))  # type: ignore[arg-type]


def _differences(values: Sequence[int]) -> list[int]:
    return [value - before for before, value in zip([0, *values], values, strict=False)]


def rfa_line(row: PublishedRfa) -> RfaLine:
    """As the exports have it."""
    return RfaLine(
        id=row.id,
        agency=row.agency_id,
        agency_name=row.agency.name,
        title="" if row.is_redacted else row.title,
        offence=row.offence,
        reference=row.reference,
        number=row.number,
        first=row.first or None,
        window_from=format_instant(row.window_from),
        window_to=format_instant(row.window_to),
        area_m2=round(row.area_m2, 1),
        regime=row.regime,
        submitted_at=format_instant(row.submitted_at),
        published_at=format_instant(row.published_at),
        open_until=format_instant(row.open_until),
        resolved_at=None if row.resolved_at is None else format_instant(row.resolved_at),
        index=row.entry.place.index,
    )


def as_csv(columns: Sequence[str], rows: Iterable[dict[str, Any]]) -> bytes:
    """CSV (RFC 4180) in UTF-8 with a mark that spreadsheets know it by; no cell is taken for a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([cell(row[column]) for column in columns])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def cell(value: object) -> object:
    """A value as a cell: numbers as they are, text never as a formula."""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(FORMULA) else value
    return "" if value is None else value


def _agency_lines() -> list[AgencyLine]:
    return [one.line() for one in record.read().sorted()]


def _rfas() -> Iterable[PublishedRfa]:
    return feed.published().order_by("-entry__place__index")


def _properties(line: AgencyLine | RfaLine) -> dict[str, Any]:
    """The line's fields, but not those that GeoJSON has a place of its own for."""
    facts = msgspec.structs.asdict(line)
    facts.pop("seat", None)
    return facts


def _columns(kind: type[msgspec.Struct], without: str = "") -> list[str]:
    return [field.name for field in msgspec.structs.fields(kind) if field.name != without]
