"""The agencies as the published log tells them: who joined, was suspended, left, and how often each asked.

The fold below reads entries alone, so what the tracker shows is what anyone gets who replays the log. It is
kept in memory and goes on from where it was; a change of the log costs its new entries.
"""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import msgspec

from vicinage.core.span import format_instant
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


class Facts(msgspec.Struct, frozen=True):
    """What a leaf `agency.verified` tells, read as fast as 23,611 of them need."""

    agency: str
    at: datetime
    name: str
    kind: str
    level: str
    domain: str
    region: str
    retention_days: int
    phone: str
    email: str
    state: str = ""
    seat: tuple[float, float] | None = None
    evidence: tuple[str, ...] = ()
    approvals: int = 0
    until: datetime | None = None


class Named(msgspec.Struct, frozen=True):
    """What any other leaf about an agency or a request tells of the agency."""

    agency: str
    at: datetime
    rfa: str = ""
    start: datetime | None = msgspec.field(default=None, name="from")


@dataclass(frozen=True, slots=True)
class Tracked:
    """An agency by the log. leaf: of its newest verification; index: the place of its first one."""

    leaf: Facts
    index: int
    joined_at: datetime
    verified_index: int
    suspended_at: datetime | None = None
    left_at: datetime | None = None
    requests: int = 0

    @property
    def id(self) -> str:
        """Its id, for good."""
        return self.leaf.agency

    @property
    def name(self) -> str:
        """Its name as last verified."""
        return self.leaf.name

    @property
    def state(self) -> str:
        """Two letters, or "" where none was given."""
        return self.leaf.state

    @property
    def seat(self) -> tuple[float, float] | None:
        """Longitude and latitude of its seat, or None."""
        return self.leaf.seat

    @property
    def until(self) -> datetime | None:
        """When its verification ends, unless renewed."""
        return self.leaf.until

    @property
    def standing(self) -> str:
        """What the log says of it: verified, suspended or left."""
        if self.left_at is not None:
            return "left"
        return "verified" if self.suspended_at is None else "suspended"

    def line(self) -> AgencyLine:
        """As the exports have it."""
        leaf = self.leaf
        return AgencyLine(
            id=leaf.agency,
            name=leaf.name,
            kind=leaf.kind,
            level=leaf.level,
            region=leaf.region,
            state=leaf.state,
            domain=leaf.domain,
            seat=leaf.seat,
            retention_days=leaf.retention_days,
            standing=self.standing,  # type: ignore[arg-type]
            joined_at=format_instant(self.joined_at),
            until=_instant(self.until),
            suspended_at=_instant(self.suspended_at),
            left_at=_instant(self.left_at),
            requests=self.requests,
            index=self.index,
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
    texts: list[str] | None = None

    def copy(self) -> "Record":
        """The same, to go on from."""
        kept = (dict(self.agencies), list(self.changes), set(self.asked), list(self.keys_from))
        return Record(self.size, *kept)

    def take(self, index: int, kind: str, leaf: Facts | Named) -> None:
        """Go on by one entry."""
        self.in_order = self.texts = None
        id, at = leaf.agency, leaf.at
        known = self.agencies.get(id)
        if isinstance(leaf, Named) and kind in RFA_EVENTS:
            self._count(leaf.rfa, known)
            return
        self.changes.append(Change(index, kind, id, at))
        if isinstance(leaf, Facts):
            new = Tracked(leaf, index, at, index)
            self.agencies[id] = new if known is None else replace(known, leaf=leaf, verified_index=index)
        elif known is not None and kind in ("agency.suspended", "agency.reinstated"):
            self.agencies[id] = replace(known, suspended_at=at if kind == "agency.suspended" else None)
        elif known is not None and kind == "agency.left":
            self.agencies[id] = replace(known, left_at=at)
        elif isinstance(leaf, Named) and kind == "agency.key" and leaf.start is not None and leaf.start > at:
            self.keys_from.append((leaf.start, id))

    def _count(self, rfa: str, known: Tracked | None) -> None:
        """A request counts once, also where it was passed on by mail and published later."""
        if rfa in self.asked or known is None:
            return
        self.asked.add(rfa)
        self.agencies[known.id] = replace(known, requests=known.requests + 1)

    def sorted(self) -> list[Tracked]:
        """All agencies by name, those that left last."""
        if self.in_order is None:
            keyed = [
                (o.left_at is not None, o.leaf.name.casefold(), o.leaf.agency, o)
                for o in self.agencies.values()
            ]
            keyed.sort(key=lambda key: key[:3])
            self.in_order = [one for *_, one in keyed]
        return self.in_order

    def searched(self) -> list[str]:
        """What the words of a search are looked for in, in the order of `sorted`."""
        if self.texts is None:
            leaves = [one.leaf for one in self.sorted()]
            self.texts = [f"{f.name}\n{f.region}\n{f.domain}\n{f.state}".casefold() for f in leaves]
        return self.texts


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


def _entries(first: int, size: int) -> Iterator[tuple[int, str, Facts | Named]]:
    """The entries about agencies and requests with first <= index < size, as index, kind, leaf."""
    rows = Place.objects.filter(
        index__gte=first, index__lt=size, entry__kind__in=(*AGENCY_EVENTS, *RFA_EVENTS)
    )
    found = rows.order_by("index").values_list("index", "entry__kind", "entry__leaf")
    read_facts, read_named = msgspec.json.Decoder(Facts).decode, msgspec.json.Decoder(Named).decode
    for index, kind, leaf in found.iterator(chunk_size=MOST_LEAVES):
        yield index, kind, (read_facts if kind == "agency.verified" else read_named)(leaf)


def one(agency_id: str) -> Tracked | None:
    """An agency by id, or None."""
    return read().agencies.get(agency_id)


def search(words: str = "", state: str = "") -> list[Tracked]:
    """The agencies whose name, region or domain has every word, in that state; all where nothing is asked."""
    wanted, record = words.casefold().split(), read()
    found = record.sorted()
    if wanted:
        texts = record.searched()
        found = [one for one, text in zip(found, texts, strict=True) if all(word in text for word in wanted)]
    return [one for one in found if one.leaf.state == state] if state else found


def changes_of(agency_id: str) -> list[Change]:
    """The entries about one agency, newest first."""
    return [change for change in reversed(read().changes) if change.agency == agency_id]


def newest_changes(limit: int) -> list[Change]:
    """The newest entries about agencies, newest first."""
    return read().changes[: -limit - 1 : -1]


def _instant(at: datetime | None) -> str | None:
    return None if at is None else format_instant(at)
