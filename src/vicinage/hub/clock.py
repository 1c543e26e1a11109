"""Time at home: the hub's clock, the start of a session in it, and how far it is from the server's."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

DRIFT = 0.0005
"""How fast a session's anchor may move later, in seconds per second: more than any camera's clock."""


def now() -> datetime:
    """The hub's clock, in UTC."""
    return datetime.now(UTC)


class Anchor:
    """Puts a live session's seconds on the hub's clock.

    Packets arrive late, never early; so the earliest arrival against its own time is the best
    measure, and it may only creep later, for the camera's clock that runs slow.
    """

    def __init__(self) -> None:
        self._zero: datetime | None = None
        self._at_s = 0.0

    def arrived(self, at_s: float, at: datetime) -> None:
        """A packet of session second `at_s` arrived at `at`."""
        zero = at - timedelta(seconds=at_s)
        if self._zero is not None:
            crept = self._zero + timedelta(seconds=max(0.0, at_s - self._at_s) * DRIFT)
            zero = min(zero, crept)
        self._zero, self._at_s = zero, max(self._at_s, at_s)

    def time_of(self, at_s: float) -> datetime:
        """The hub's time of a session second. Before any packet arrived: now."""
        return (self._zero or now()) + timedelta(seconds=at_s)


class FixedAnchor:
    """A session whose second zero is known: a file that was recorded at that time."""

    def __init__(self, zero: datetime) -> None:
        self._zero = zero

    def arrived(self, at_s: float, at: datetime) -> None:
        """Changes nothing."""

    def time_of(self, at_s: float) -> datetime:
        """The time of a session second."""
        return self._zero + timedelta(seconds=at_s)


class Offset:
    """The measured difference, hub's clock minus the server's, in milliseconds; None before it is known."""

    VALID_S = 3600.0
    TRIES = 3

    def __init__(self, ask: Callable[[], datetime | None]) -> None:
        """ask: gives the server's time, or None when it cannot be reached."""
        self._ask = ask
        self._lock = threading.Lock()
        self._measured_s: float | None = None
        self._offset_ms: int | None = None

    def value_ms(self) -> int | None:
        """The offset as last measured; None when that is longer ago than an hour."""
        with self._lock:
            if self._measured_s is None or time.monotonic() - self._measured_s > self.VALID_S:
                return None
            return self._offset_ms

    def measure(self) -> int | None:
        """Ask a few times; the answer with the shortest round trip counts."""
        best: tuple[float, int] | None = None
        for _ in range(self.TRIES):
            before, begun_s = now(), time.monotonic()
            told = self._ask()
            if told is None:
                continue
            trip_s = time.monotonic() - begun_s
            middle = before + timedelta(seconds=trip_s / 2)
            offset_ms = round((middle - told) / timedelta(milliseconds=1))
            best = min(best, (trip_s, offset_ms)) if best else (trip_s, offset_ms)
        if best is not None:
            with self._lock:
                self._measured_s, self._offset_ms = time.monotonic(), best[1]
        return self.value_ms()
