"""Time: instants in RFC 3339 UTC, and spans, half-open: the start is inside, the end is not."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from vicinage.core.errors import SpanError

INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{3})?Z\Z")


def parse_instant(text: object) -> datetime:
    """Read `2026-11-22T14:00:00Z`, with or without three digits of milliseconds. Raises SpanError."""
    if isinstance(text, str) and INSTANT.match(text):
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            pass
    raise SpanError(
        "instant-malformed",
        f"This is not an instant: {str(text)[:40]!r}.",
        "Write it in UTC, as 2026-11-22T14:00:00Z.",
    )


def format_instant(at: datetime, milliseconds: bool = False) -> str:
    """Write an instant in UTC, cut (not rounded) to seconds or milliseconds. Raises SpanError."""
    moment = _utc(at).isoformat(timespec="milliseconds" if milliseconds else "seconds")
    return moment.removesuffix("+00:00") + "Z"


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise SpanError("instant-naive", f"The time {at.isoformat()} names no zone.", "Give it in UTC.")
    return at.astimezone(UTC)


@dataclass(frozen=True)
class Span:
    """A half-open span of time, [start, end), both aware and kept in UTC. Raises SpanError."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        object.__setattr__(self, "start", _utc(self.start))
        object.__setattr__(self, "end", _utc(self.end))
        if self.end <= self.start:
            raise SpanError(
                "span-backwards",
                f"The end {format_instant(self.end)} must come after the start {format_instant(self.start)}.",
            )

    @property
    def duration_s(self) -> float:
        """The length in seconds."""
        return (self.end - self.start) / timedelta(seconds=1)

    def overlaps(self, other: "Span") -> bool:
        """Whether the two share an instant; spans that only touch do not."""
        return self.start < other.end and other.start < self.end
