"""The world as a log has told it so far: rules, agencies, keys, requests, assemblies; and how it is kept.

Everything here can be written down as JSON and read back, so that a monitor goes on where it stopped.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from vicinage.core.agency import Agency

BATCH = 4
"""Private entries come in batches of a power of two, of at least this many."""


@dataclass
class Ruled:
    """A regime with the instant at which it takes force, its place in the log and its file."""

    at: datetime
    index: int
    leaf: dict[str, Any]
    toml: str


@dataclass
class Desk:
    """An agency. leaf: its last verification. index: of that. left: for good."""

    leaf: dict[str, Any]
    index: int
    suspended: bool = False
    left: bool = False


@dataclass
class Key:
    """A key of an agency. at: when it was logged. since: when it is first used. revoked_at: no longer."""

    recipient: str
    index: int
    at: datetime
    since: datetime
    revoked_at: datetime | None = None


@dataclass
class Filed:
    """A published request. index: of the entry by which it was accepted: of its commitment, if it was
    mediated. number, first: of the post, as its leaf says. counted: how many earlier posts on the incident
    were known when it was judged.
    """

    rfa: str
    agency: str
    reference: str
    index: int
    submitted_at: datetime
    number: int
    first: str | None
    counted: int = 0
    resolved: bool = False


@dataclass
class Sealed:
    """A mediated request that is not disclosed yet. at: when it was committed to. due: by when it must be
    disclosed. agency: as it stood then. told: that it is overdue was said.
    """

    leaf: dict[str, Any]
    index: int
    at: datetime
    due: datetime
    agency: Agency | None
    resolved: bool = False
    told: bool = False


@dataclass
class Gathering:
    """An assembly as entered. withdrawn: the entry that took it back or replaced it, or None."""

    leaf: dict[str, Any]
    index: int
    withdrawn: int | None = None


@dataclass
class World:
    """All of it.

    filed, sealed: by rfa. incidents: rfas by agency and incident. unsettled: rfas whose number on their
    incident waits for what is still sealed. texts, absent: entries whose text is there or not, with their
    kind. redacted: entries, with the entry that redacts each. run: private entries in a row at the end.
    latest_at: the latest time that an entry states. judged: how many requests were.
    """

    rules: list[Ruled] = field(default_factory=list)
    desks: dict[str, Desk] = field(default_factory=dict)
    keys: dict[str, list[Key]] = field(default_factory=dict)
    filed: dict[str, Filed] = field(default_factory=dict)
    incidents: dict[str, list[str]] = field(default_factory=dict)
    unsettled: list[str] = field(default_factory=list)
    sealed: dict[str, Sealed] = field(default_factory=dict)
    gatherings: dict[str, Gathering] = field(default_factory=dict)
    posts: dict[str, int] = field(default_factory=dict)
    texts: dict[int, str] = field(default_factory=dict)
    absent: dict[int, str] = field(default_factory=dict)
    redacted: dict[int, int] = field(default_factory=dict)
    log_keys: list[dict[str, Any]] = field(default_factory=list)
    latest_at: datetime | None = None
    run: int = 0
    counts: dict[str, int] = field(default_factory=Counter)
    judged: int = 0

    @property
    def log_key(self) -> dict[str, Any]:
        """The leaf of the last `log.key` entry; empty while the log has its first key."""
        return self.log_keys[-1] if self.log_keys else {}


def encode(world: World) -> bytes:
    """The world as JSON."""
    return msgspec.json.encode(world)


def decode(data: bytes) -> World:
    """The world in JSON that `encode` made. Raises msgspec.DecodeError."""
    world = msgspec.json.decode(data, type=World)
    world.counts = Counter(world.counts)
    return world
