"""The agencies as the published log tells them: who joined, was suspended, left, and how often each asked.

The fold below reads entries alone, so what the tracker shows is what anyone gets who replays the log. It is
kept in memory and goes on from where it was; a change of the log costs its new entries.
"""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from vicinage.core.span import format_instant, parse_instant
from vicinage.server import home
from vicinage.server.ledger import queries as ledger
from vicinage.server.ledger.models import Place
from vicinage.wire.record import AgencyLine

AGENCY_EVENTS = (
    *("agency.verified", "agency.suspended", "agency.reinstated", "agency.left"),
    *("agency.key", "agency.key-revoked"),
)
RFA_EVENTS = ("rfa.mediated", "rfa.published")
MOST_LEAVES = 2000


@dataclass(frozen=True)
class Change:
    """One entry about an agency: its place, the event's name, the agency's id, when."""

    index: int
    kind: str
    agency: str
    at: datetime


@dataclass(frozen=True)
class Tracked:
    """An agency by the log. leaf: of its newest verification; index: the place of its first one."""

    leaf: dict[str, Any]
    index: int
    joined_at: datetime
    verified_index: int
    suspended_at: datetime | None = None
    left_at: datetime | None = None
    requests: int = 0

    @property
    def id(self) -> str:
        """Its id, for good."""
        return str(self.leaf["agency"])

    @property
    def name(self) -> str:
        """Its name as last verified."""
        return str(self.leaf["name"])

    @property
    def state(self) -> str:
        """Two letters, or "" where none was given."""
        return str(self.leaf.get("state") or "")

    @property
    def seat(self) -> tuple[float, float] | None:
        """Longitude and latitude of its seat, or None."""
        seat = self.leaf.get("seat")
        return (float(seat[0]), float(seat[1])) if seat else None

    @property
    def until(self) -> datetime | None:
        """When its verification ends, unless renewed."""
        until = self.leaf.get("until")
        return parse_instant(until) if until else None

    @property
    def standing(self) -> str:
        """What the log says of it: verified, suspended or left."""
        if self.left_at is not None:
            return "left"
        return "verified" if self.suspended_at is None else "suspended"

    def line(self) -> AgencyLine:
        """As the exports have it."""
        facts = {name: str(self.leaf[name]) for name in ("kind", "level", "region", "domain")}
        return AgencyLine(
            id=self.id,
            name=self.name,
            state=self.state,
            seat=self.seat,
            retention_days=self.leaf["retention_days"],
            standing=self.standing,  # type: ignore[arg-type]
            joined_at=format_instant(self.joined_at),
            until=_instant(self.until),
            suspended_at=_instant(self.suspended_at),
            left_at=_instant(self.left_at),
            requests=self.requests,
            index=self.index,
            **facts,
        )


@dataclass
class Record:
    """What a log of `size` entries says. changes: oldest first. keys_from: when later keys take force."""

    size: int = 0
    agencies: dict[str, Tracked] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)
    keys_from: list[tuple[datetime, str]] = field(default_factory=list)
    in_order: list[Tracked] | None = None

    def copy(self) -> "Record":
        """The same, to go on from."""
        kept = (dict(self.agencies), list(self.changes), set(self.asked), list(self.keys_from))
        return Record(self.size, *kept)

    def take(self, index: int, kind: str, leaf: dict[str, Any]) -> None:
        """Go on by one entry."""
        if kind in RFA_EVENTS:
            self._count(leaf)
            return
        id, at = str(leaf["agency"]), parse_instant(leaf["at"])
        self.changes.append(Change(index, kind, id, at))
        known = self.agencies.get(id)
        if kind == "agency.verified":
            joined = known or Tracked(leaf, index, at, index)
            self.agencies[id] = replace(joined, leaf=leaf, verified_index=index)
        elif known is not None and kind in ("agency.suspended", "agency.reinstated"):
            self.agencies[id] = replace(known, suspended_at=at if kind == "agency.suspended" else None)
        elif known is not None and kind == "agency.left":
            self.agencies[id] = replace(known, left_at=at)
        if kind == "agency.key" and leaf.get("from", leaf["at"]) != leaf["at"]:
            self.keys_from.append((parse_instant(leaf["from"]), id))
        self.in_order = None

    def _count(self, leaf: dict[str, Any]) -> None:
        """A request counts once, also where it was passed on by mail and published later."""
        rfa, known = str(leaf["rfa"]), self.agencies.get(str(leaf["agency"]))
        if rfa in self.asked or known is None:
            return
        self.asked.add(rfa)
        self.agencies[known.id] = replace(known, requests=known.requests + 1)
        self.in_order = None

    def sorted(self) -> list[Tracked]:
        """All agencies by name, those that left last."""
        if self.in_order is None:
            by = lambda one: (one.left_at is not None, one.name.casefold(), one.id)  # noqa: E731
            self.in_order = sorted(self.agencies.values(), key=by)
        return self.in_order


_known: dict[Path, Record] = {}
_lock = threading.Lock()


def read() -> Record:
    """The record of the published log. Not to be changed by the caller."""
    path, size = home.public_log(), ledger.size()
    with _lock:
        record = _known.get(path)
        if record is None or record.size > size:
            record = Record()
        if record.size < size:
            record = record.copy()  # who reads the one before goes on reading it
            for index, kind, leaf in _entries(record.size, size):
                record.take(index, kind, leaf)
            record.size = size
        if _known.get(path) is not record:
            _known.clear()
            _known[path] = record
        return record


def _entries(first: int, size: int) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """The entries about agencies and requests with first <= index < size, as index, kind, leaf."""
    rows = Place.objects.filter(
        index__gte=first, index__lt=size, entry__kind__in=(*AGENCY_EVENTS, *RFA_EVENTS)
    )
    found = rows.order_by("index").values_list("index", "entry__kind", "entry__leaf")
    read_leaf = msgspec.json.Decoder(dict[str, Any]).decode
    for index, kind, leaf in found.iterator(chunk_size=MOST_LEAVES):
        yield index, kind, read_leaf(bytes(leaf))


def one(agency_id: str) -> Tracked | None:
    """An agency by id, or None."""
    return read().agencies.get(agency_id)


def search(words: str = "", state: str = "") -> list[Tracked]:
    """The agencies whose name, region or domain has every word, in that state; all where nothing is asked."""
    wanted = words.casefold().split()
    return [
        one
        for one in read().sorted()
        if (not state or one.state == state) and (not wanted or _has(one, wanted))
    ]


def _has(one: Tracked, wanted: list[str]) -> bool:
    text = f"{one.name} {one.leaf['region']} {one.leaf['domain']} {one.state}".casefold()
    return all(word in text for word in wanted)


def changes_of(agency_id: str) -> list[Change]:
    """The entries about one agency, newest first."""
    return [change for change in reversed(read().changes) if change.agency == agency_id]


def newest_changes(limit: int) -> list[Change]:
    """The newest entries about agencies, newest first."""
    return read().changes[: -limit - 1 : -1]


def _instant(at: datetime | None) -> str | None:
    return None if at is None else format_instant(at)
