"""Finds own clips that an open Request for Assistance is about. It happens at home only.

The hub asks the server for the open rfas of its camera's coarse cell, as anyone may, without its
token. Which of them touch the camera's exact place and the time of a clip is reckoned here, written to
the hub's own folder, and never sent.
"""

import logging
import os
import threading
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import msgspec

from vicinage import durable
from vicinage.core.clip import ClipStatement
from vicinage.core.errors import CoreError
from vicinage.core.ids import ID
from vicinage.core.place import Point, contains, parse_area
from vicinage.core.span import Span, format_instant, parse_instant
from vicinage.hub.clock import now
from vicinage.hub.config import Paired
from vicinage.hub.errors import UplinkError
from vicinage.wire import WireError, decode, encode
from vicinage.wire.feed import CELL_LIMIT, CellFeed, OpenRfa

log = logging.getLogger(__name__)

EVERY_S = 60.0
REMEMBER = timedelta(days=60)


class OwnClip(msgspec.Struct, frozen=True):
    """A clip this hub made, and when: RFC 3339 UTC."""

    clip: str
    start: str
    end: str

    @property
    def span(self) -> Span:
        """Its time. Raises SpanError."""
        return Span(parse_instant(self.start), parse_instant(self.end))


class Match(msgspec.Struct, frozen=True):
    """An open rfa whose area holds the camera and whose window touches these clips."""

    rfa: str
    index: int
    title: str
    agency: str
    camera: str
    clips: list[str]


class Matches(msgspec.Struct, frozen=True):
    """The content of matches.json."""

    at: str
    matches: list[Match]


class History:
    """The clips one camera made in the last sixty days: a line each in history/<camera>.jsonl."""

    def __init__(self, home: Path, camera: str) -> None:
        self._path = home / "history" / f"{camera}.jsonl"
        durable.private_folder(self._path.parent)

    def add(self, statement: ClipStatement) -> None:
        """Note a clip. Raises OSError."""
        own = OwnClip(
            statement.clip,
            format_instant(statement.span.start, milliseconds=True),
            format_instant(statement.span.end, milliseconds=True),
        )
        with open(os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as lines:
            lines.write(encode(own) + b"\n")

    def clips(self, since: datetime) -> list[OwnClip]:
        """The clips noted that end after `since`, each once. A line cut short by a kill is skipped."""
        found: dict[str, OwnClip] = {}
        lines = self._path.read_bytes().splitlines() if self._path.exists() else []
        for line in lines:
            try:
                own = decode(OwnClip, line, 1024)
                if ID.match(own.clip) and own.span.end > since:
                    found[own.clip] = own
            except (WireError, CoreError):
                continue
        return list(found.values())

    def forget(self, before: datetime) -> None:
        """Drop what ended before."""
        kept = self.clips(before)
        durable.replace(self._path, b"".join(encode(own) + b"\n" for own in kept), 0o600)


def matches(rfas: Iterable[OpenRfa], place: Point, camera: str, clips: list[OwnClip]) -> list[Match]:
    """The rfas that are about this place and any of these clips. A malformed rfa matches nothing."""
    found = []
    for rfa in rfas:
        try:
            window = Span(parse_instant(rfa.window.start), parse_instant(rfa.window.end))
            is_here = contains(parse_area(rfa.area), place)
        except CoreError:
            continue
        touched = [own.clip for own in clips if is_here and own.span.overlaps(window)]
        if touched:
            found.append(Match(rfa.id, rfa.index, rfa.title, rfa.agency.name, camera, touched))
    return found


def fetch(client: httpx.Client, cell: str) -> CellFeed:
    """The open rfas of a cell. Raises UplinkError: feed-unreachable."""
    try:
        answer = client.get(f"/public/rfas/cell/{cell}.json")
        if answer.status_code == 404:
            return CellFeed(cell, [])
        answer.raise_for_status()
        return decode(CellFeed, answer.content, CELL_LIMIT)
    except (httpx.HTTPError, WireError) as error:
        raise UplinkError(
            "feed-unreachable",
            f"The public requests of cell {cell} could not be read ({type(error).__name__}).",
        ) from error


def look(home: Path, paired: list[Paired]) -> Matches:
    """Match every camera's clips now, and write matches.json. Raises UplinkError, OSError."""
    found: list[Match] = []
    for camera in paired:
        pairing = camera.pairing
        history = History(home, pairing.camera)
        with httpx.Client(base_url=pairing.server, timeout=30.0, trust_env=False) as client:
            feed = fetch(client, pairing.cell)
        found += matches(feed.rfas, camera.place, pairing.camera, history.clips(now() - REMEMBER))
    result = Matches(format_instant(now()), found)
    durable.replace(home / "matches.json", encode(result), 0o600)
    return result


def work(home: Path, paired: list[Paired], stop: threading.Event) -> None:
    """Look once a minute until `stop`."""
    for camera in paired:
        History(home, camera.pairing.camera).forget(now() - REMEMBER)
    while not stop.is_set():
        try:
            found = look(home, paired)
            if found.matches:
                log.info("%d open requests are about clips kept here.", len(found.matches))
        except (UplinkError, OSError) as error:
            log.warning("%s", error)
        stop.wait(EVERY_S)
