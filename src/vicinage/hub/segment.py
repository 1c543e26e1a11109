"""Cuts recordings out of the stream of packets: pre-roll, post-roll, merging, splitting.

It knows packets and times, no video library and no clock. A recording begins at a key frame. All
times are seconds since the session's first key frame.
"""

from collections.abc import Iterator
from typing import NamedTuple

from vicinage.hub.camera import Packet
from vicinage.hub.errors import CameraError
from vicinage.hub.moment import Moments


class Limits(NamedTuple):
    """Bounds of a recording. `held_bytes` bounds memory: a stream beyond it is cut earlier."""

    pre_roll_s: float = 3.0
    post_roll_s: float = 4.0
    longest_s: float = 60.0
    held_bytes: int = 40 * 1024 * 1024


class Recording(NamedTuple):
    """Packets from a key frame on, their span, and the motion within it, all in session seconds."""

    packets: list[Packet]
    start_s: float
    end_s: float
    motion: list[tuple[float, float]]


class Cutter:
    """Feed it packets and verdicts in order; it gives recordings once nothing can change them."""

    def __init__(self, limits: Limits = Limits()) -> None:  # noqa: B008 (a frozen value)
        self._limits = limits
        self._held: list[Packet] = []
        self._held_bytes = 0
        self._first_s: float | None = None
        self._moments = Moments()
        self._moved: list[tuple[float, float]] = []
        self._clear_s = 0.0
        self._last_s = 0.0

    def add(self, packet: Packet) -> Iterator[Recording]:
        """Take in a packet. Raises CameraError: camera-keys-too-rare."""
        self._held.append(packet)
        self._held_bytes += len(packet.data)
        if packet.is_key:
            yield from self._close_if_over(packet.at_s)
            if self._first_s is None:
                self._forget()
            else:
                yield from self._split(packet.at_s)
        if self._held_bytes > self._limits.held_bytes:
            yield from self._relieve()

    def mark(self, at_s: float, moving: bool) -> None:
        """Take in a verdict: whether something moves at `at_s`. Nothing earlier will be judged after it."""
        self._moved += self._moments.add(at_s, moving)
        self._clear_s = at_s
        open_now = self._moments.open
        if open_now is not None:
            self._last_s = open_now[1]
            if self._first_s is None and self._held:
                self._first_s = self._start_before(open_now[0] - self._limits.pre_roll_s)

    def close(self) -> Iterator[Recording]:
        """The stream has ended: the recordings still open."""
        if self._first_s is not None and self._held:
            newest_s = self._held[-1].at_s
            yield from self._split(newest_s)
            yield self._take(self._wanted_end_s())
        self._held, self._held_bytes, self._first_s, self._moved = [], 0, None, []
        self._moments = Moments()

    def _wanted_end_s(self) -> float:
        return self._last_s + self._limits.post_roll_s

    def _start_before(self, at_s: float) -> float:
        """The last key frame held that is not after `at_s`, or else the first one held."""
        keys = [packet.at_s for packet in self._held if packet.is_key]
        return max((key_s for key_s in keys if key_s <= at_s), default=keys[0])

    def _close_if_over(self, now_s: float) -> Iterator[Recording]:
        """Give the recording when it is so long over that new motion would not touch it."""
        if self._first_s is None:
            return
        end_s = self._wanted_end_s()
        if self._clear_s > end_s + self._limits.pre_roll_s and now_s > end_s:
            yield from self._split(end_s)
            yield self._take(end_s)
            self._first_s, self._moved = None, []

    def _split(self, now_s: float) -> Iterator[Recording]:
        """While the recording wants to be longer than it may, give its first part, up to a key frame."""
        longest_s = self._limits.longest_s
        while self._first_s is not None and min(now_s, self._wanted_end_s()) - self._first_s > longest_s:
            keys = [p.at_s for p in self._held if p.is_key and p.at_s > self._first_s]
            in_time = [key_s for key_s in keys if key_s - self._first_s <= longest_s]
            if not keys:
                return
            yield self._part(max(in_time, default=keys[0]))

    def _relieve(self) -> Iterator[Recording]:
        """Too many bytes are held: give what there is up to the last key frame, or drop old pre-roll."""
        keys = [packet.at_s for packet in self._held if packet.is_key]
        if self._first_s is not None and keys[-1] > self._first_s:
            yield self._part(keys[-1])
        elif self._first_s is None and len(keys) > 1:
            self._drop_before(keys[-1])
        else:
            raise CameraError(
                "camera-keys-too-rare",
                f"The camera sent {self._limits.held_bytes // 2**20} MiB without a key frame.",
                "Set the camera's key frame interval to one or two seconds, or lower its bit rate.",
            )

    def _part(self, key_s: float) -> Recording:
        """The recording up to a key frame; that key frame begins the next one."""
        part = self._take(key_s)
        self._first_s = key_s
        self._moved = [span for span in self._moved if span[1] > key_s]
        self._drop_before(key_s)
        return part

    def _take(self, end_s: float) -> Recording:
        """The packets from the start to before `end_s`; they stay held."""
        start_s = self._first_s or 0.0
        begin = next(i for i, p in enumerate(self._held) if p.is_key and p.at_s >= start_s)
        packets = [p for p in self._held[begin:] if p.at_s < end_s - 1e-6 and p.at_s >= start_s]
        pictures = [p.at_s for p in packets if not p.is_audio]
        step_s = (pictures[-1] - pictures[0]) / (len(pictures) - 1) if len(pictures) > 1 else 0.04
        last_s = max(pictures) + step_s
        spans = [*self._moved, *([self._moments.open] if self._moments.open else [])]
        moved = [(max(a, start_s), min(b, last_s)) for a, b in spans if a < last_s and b > start_s]
        return Recording(packets, start_s, last_s, moved)

    def _forget(self) -> None:
        """Drop the groups that no pre-roll can want any more."""
        wanted_s = self._clear_s - self._limits.pre_roll_s
        keys = [packet.at_s for packet in self._held if packet.is_key]
        keep_s = max((key_s for key_s in keys if key_s <= wanted_s), default=keys[0])
        if keep_s > keys[0]:
            self._drop_before(keep_s)

    def _drop_before(self, key_s: float) -> None:
        begin = next(i for i, p in enumerate(self._held) if p.is_key and p.at_s >= key_s)
        del self._held[:begin]
        self._held_bytes = sum(len(packet.data) for packet in self._held)
