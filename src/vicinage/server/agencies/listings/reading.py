"""Reads the two public files row by row. What does not parse is told with its line, and the rest goes on.

.gov domains: `current-full.csv` of cisagov/dotgov-data. Directory: "Local Law Enforcement Locations" of
HIFLD. Columns are found by their names, whatever their order.
"""

import csv
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from vicinage.core.agency import DOMAIN
from vicinage.server.agencies.listings.names import likeness
from vicinage.server.errors import ServerError

MAX_FILE = 64 * 1024 * 1024
MAX_LINE = 16 * 1024
MAX_ROWS = 500_000
JOINED_LINES = 5  # a quoted field may hold a few line ends; more, and a quote was never closed


@dataclass(frozen=True)
class Row:
    """One line's outcome. key, fields: what to keep, or None. what: why not, or what was left out, or ""."""

    line: int
    key: str | None
    fields: Mapping[str, Any]
    what: str


@dataclass(frozen=True)
class Kind:
    """One of the two files. read: from named cells to key, fields, and what had to be left out."""

    which: str
    columns: tuple[str, ...]
    read: Callable[[Mapping[str, str]], tuple[str, dict[str, Any], str]]


class UnreadableRowError(ValueError):
    """A row that cannot be kept, with the reason in words."""


class ListingFileError(ServerError):
    """The file as a whole is not what it should be."""


def rows(path: Path, kind: Kind, skip: int = 0) -> Iterator[Row]:
    """Each row after the heading and the first `skip`; the line number is that of its first line.

    Raises ListingFileError: too large, no heading, too many rows.
    """
    if path.stat().st_size > MAX_FILE:
        raise ListingFileError(
            "listing-too-large",
            f"The file should have at most {MAX_FILE} bytes.",
            "Check that it is the list.",
        )
    with path.open("rb") as source:
        lines = _lines(source)
        heading = _heading(next(lines, (0, b""))[1], kind)
        for number, (line, cells, what) in enumerate(_records(lines)):
            if number >= MAX_ROWS:
                raise ListingFileError(
                    "listing-too-long", f"The file should have at most {MAX_ROWS} rows.", "Check the file."
                )
            if number >= skip:
                yield _row(line, cells, what, heading, kind)


def _row(line: int, cells: list[str] | None, what: str, heading: list[str], kind: Kind) -> Row:
    if cells is None:
        return Row(line, None, {}, what)
    if len(cells) != len(heading):
        return Row(line, None, {}, f"It has {len(cells)} columns; the heading has {len(heading)}.")
    named = {name: " ".join(cell.split()) for name, cell in zip(heading, cells, strict=True)}
    try:
        key, fields, left_out = kind.read(named)
    except UnreadableRowError as error:
        return Row(line, None, {}, str(error))
    return Row(line, key, fields, left_out)


def _lines(source: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Numbered lines. One that is too long is cut, and the rest of it is passed over."""
    number = 0
    while line := source.readline(MAX_LINE + 1):
        number += 1
        yield number, line
        while len(line) > MAX_LINE and not line.endswith(b"\n"):
            line = source.readline(MAX_LINE + 1)


def _records(lines: Iterator[tuple[int, bytes]]) -> Iterator[tuple[int, list[str] | None, str]]:
    """Cells of each record, or None and the reason. A quote left open costs its own line and no other."""
    waiting: list[tuple[int, bytes]] = []
    while True:
        first = waiting.pop(0) if waiting else next(lines, None)
        if first is None:
            return
        number, joined = first
        if not joined.strip():
            continue
        cells, what, is_open = _cells(joined)
        taken: list[tuple[int, bytes]] = []
        while is_open and len(taken) < JOINED_LINES:
            more = waiting[len(taken)] if len(taken) < len(waiting) else next(lines, None)
            if more is None:
                break
            if len(taken) >= len(waiting):
                waiting.append(more)
            taken.append(more)
            joined += more[1]
            cells, what, is_open = _cells(joined)
        if cells is not None:
            del waiting[: len(taken)]
        yield number, cells, "A quote is opened and not closed." if is_open else what


def _cells(line: bytes) -> tuple[list[str] | None, str, bool]:
    """Cells of a line; or None, the reason, and whether another line may complete it."""
    if len(line) > MAX_LINE:
        return None, f"It has more than {MAX_LINE} bytes.", False
    if b"\0" in line:
        return None, "It has a zero byte.", False
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        return None, "It is not UTF-8.", False
    try:
        found = list(csv.reader([text.rstrip("\r\n")], strict=True))
    except csv.Error as error:
        return None, f"It is no CSV: {error}.", "unexpected end of data" in str(error)
    return (found[0] if found else []), "", False


def _heading(line: bytes, kind: Kind) -> list[str]:
    cells, _what, _open = _cells(line.removeprefix(b"\xef\xbb\xbf"))
    names = [cell.strip() for cell in cells or []]
    missing = [column for column in kind.columns if column not in names]
    if missing or len(set(names)) != len(names):
        raise ListingFileError(
            "listing-columns",
            f"The first line should name {', '.join(kind.columns)}; it lacks {', '.join(missing)}.",
            "Give the file as it is published, without changes.",
        )
    return names


def _text(cells: Mapping[str, str], column: str, most: int, least: int = 0) -> str:
    value = cells[column]
    if not least <= len(value) <= most or any(ord(sign) < 32 for sign in value):
        raise UnreadableRowError(f"{column} has {len(value)} characters; it should have {least} to {most}.")
    return value


def _state(cells: Mapping[str, str], column: str) -> str:
    value = cells[column].upper()
    if value and (len(value) != 2 or not value.isascii() or not value.isalpha()):
        raise UnreadableRowError(f"{column} is {value[:20]!r}; it should be two letters.")
    return value


def _domain(cells: Mapping[str, str]) -> tuple[str, dict[str, Any], str]:
    domain = cells["Domain name"].lower()
    if DOMAIN.match(domain) is None:
        raise UnreadableRowError(f"Domain name is {domain[:80]!r}, which is no domain.")
    state = _state(cells, "State")
    fields = {
        "kind": _text(cells, "Domain type", 60, 1),
        "organisation": _text(cells, "Organization name", 200, 1),
        "suborganisation": _text(cells, "Suborganization name", 200),
        "city": _text(cells, "City", 100),
        "state": state,
        "likeness": likeness(domain),
    }
    return domain, fields, "" if state else "State is empty; the row is kept without one."


def _directory(cells: Mapping[str, str]) -> tuple[str, dict[str, Any], str]:
    key = cells["ID"]
    if not (key.isascii() and key.isalnum() and len(key) <= 20):
        raise UnreadableRowError(f"ID is {key[:40]!r}; it should be letters and digits.")
    left_out = []
    phone = cells["TELEPHONE"]
    if not _is_phone(phone):
        left_out.append(f"TELEPHONE is {phone[:40]!r}")
        phone = ""
    lon, lat = _degrees(cells["X"], 180), _degrees(cells["Y"], 90)
    if lon is None or lat is None or (lon, lat) == (0, 0):
        left_out.append(f"X, Y are {cells['X'][:20]!r}, {cells['Y'][:20]!r}")
        lon = lat = None
    fields = {
        "name": _text(cells, "NAME", 200, 1),
        "phone": phone,
        "address": _text(cells, "ADDRESS", 200),
        "city": _text(cells, "CITY", 100),
        "state": _state(cells, "STATE"),
        "county": _text(cells, "COUNTY", 100),
        "lon": lon,
        "lat": lat,
    }
    return key, fields, f"{'; '.join(left_out)}; the row is kept without." if left_out else ""


def _is_phone(text: str) -> bool:
    parts = text.split("-")
    sized = [len(part) for part in parts] == [3, 3, 4]
    return sized and all(part.isascii() and part.isdigit() for part in parts) and parts[0][0] in "23456789"


def _degrees(text: str, most: int) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and abs(value) <= most else None


DOMAINS = Kind(
    "domains",
    ("Domain name", "Domain type", "Organization name", "Suborganization name", "City", "State"),
    _domain,
)
DIRECTORY = Kind(
    "directory", ("ID", "NAME", "TELEPHONE", "ADDRESS", "CITY", "STATE", "COUNTY", "X", "Y"), _directory
)
