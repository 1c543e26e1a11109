"""One connection to a camera: from its packets to closed recordings, and from these to clips."""

import threading
import time
from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from vicinage.hub import clock
from vicinage.hub.camera import Camera, Packet
from vicinage.hub.clip import Clip
from vicinage.hub.errors import CameraError
from vicinage.hub.moment import Moments
from vicinage.hub.segment import Cutter, Limits, Recording
from vicinage.hub.watch import Watch


class Anchored(Protocol):
    """Puts a session's seconds on the hub's clock: clock.Anchor, clock.FixedAnchor."""

    def arrived(self, at_s: float, at: datetime) -> None:
        """A packet arrived."""

    def time_of(self, at_s: float) -> datetime:
        """The hub's time of a session second."""


class Session:
    """Takes an open camera's packets to recordings. `motion` gathers the intervals, in session seconds."""

    def __init__(self, camera: Camera, anchor: Anchored, limits: Limits = Limits()) -> None:  # noqa: B008 (frozen)
        self._camera = camera
        self._anchor = anchor
        self._cutter = Cutter(limits)
        self._watch = Watch(camera.decoder(), camera.picture)
        self._moments = Moments()
        self.motion: list[tuple[float, float]] = []

    def recordings(self, stop: threading.Event, paced: bool = False) -> Iterator[Recording]:
        """Recordings as they close, until the stream ends or `stop` is set; the open one comes last.

        paced: let packets through no faster than their own time (a file as if live). Raises
        CameraError after the last recording, if the stream broke off.
        """
        try:
            for packet in _paced(self._camera.packets(), stop) if paced else self._camera.packets():
                if stop.is_set():
                    break
                self._anchor.arrived(packet.at_s, clock.now())
                yield from self._take(packet)
        except CameraError:
            yield from self._end()
            raise
        yield from self._end()

    def clip(self, recording: Recording, clock_offset_ms: int | None) -> Clip:
        """The recording as an MP4 in memory, with a picture of its motion. Raises CameraError."""
        start_s = recording.start_s
        return Clip(
            mp4=self._camera.cut(recording.packets),
            thumbnail=self._camera.decoder().thumbnail(_row_to(_middle_s(recording), recording.packets)),
            picture=self._camera.picture,
            start=self._anchor.time_of(start_s),
            length_s=recording.end_s - start_s,
            motion=[(begun - start_s, ended - start_s) for begun, ended in recording.motion],
            clock_offset_ms=clock_offset_ms,
        )

    def _take(self, packet: Packet) -> Iterator[Recording]:
        yield from self._cutter.add(packet)
        if not packet.is_audio:
            for verdict in self._watch.feed(packet):
                self._cutter.mark(verdict.at_s, verdict.moving)
                self.motion += self._moments.add(verdict.at_s, verdict.moving)

    def _end(self) -> Iterator[Recording]:
        self.motion += self._moments.close()
        yield from self._cutter.close()


def motion_of(camera: Camera) -> list[tuple[float, float]]:
    """Motion intervals of all of a source, in seconds; cuts nothing. Raises CameraError."""
    watch, moments = Watch(camera.decoder(), camera.picture), Moments()
    found: list[tuple[float, float]] = []
    for packet in camera.packets():
        if not packet.is_audio:
            for verdict in watch.feed(packet):
                found += moments.add(verdict.at_s, verdict.moving)
    return [*found, *moments.close()]


def _paced(packets: Iterator[Packet], stop: threading.Event) -> Iterator[Packet]:
    begun_s = time.monotonic()
    for packet in packets:
        early_s = packet.at_s - (time.monotonic() - begun_s)
        if early_s > 0 and stop.wait(early_s):
            return
        yield packet


def _middle_s(recording: Recording) -> float:
    """A time at which the first motion is well under way; the start if nothing moves."""
    if not recording.motion:
        return recording.start_s
    begun_s, ended_s = recording.motion[0]
    return (begun_s + min(ended_s, begun_s + 6.0)) / 2


def _row_to(at_s: float, packets: list[Packet]) -> list[Packet]:
    """The picture packets from the last key frame that is not after `at_s`, up to `at_s`."""
    pictures = [packet for packet in packets if not packet.is_audio]
    keys = [i for i, packet in enumerate(pictures) if packet.is_key and packet.at_s <= at_s]
    begin = keys[-1] if keys else 0
    row = [packet for packet in pictures[begin:] if packet.at_s <= at_s]
    return row or pictures[:1]
