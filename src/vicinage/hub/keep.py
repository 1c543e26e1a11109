"""Puts clips into the spool, and waits for room when the disk is full."""

import logging
import queue
import threading
from typing import BinaryIO

from vicinage.core.clip import ClipStatement
from vicinage.hub import clip as clips
from vicinage.hub.clip import Clip
from vicinage.hub.match import History
from vicinage.hub.spool import Spool
from vicinage.wire.hub import ClipOffer
from vicinage.wire.pairing import Pairing

log = logging.getLogger(__name__)

WAITING_CLIPS = 2
"""Clips held in memory, unsealed, while the disk is full. One more, and the oldest is dropped."""

RETRY_S = 2.0


class Keeper:
    """Seals and spools one camera's clips, on a thread of its own when started."""

    def __init__(self, pairing: Pairing, spool: Spool, history: History) -> None:
        self._pairing = pairing
        self._spool = spool
        self._history = history
        self._queue: queue.Queue[Clip | None] = queue.Queue(WAITING_CLIPS)

    def put(self, clip: Clip) -> None:
        """Hand a clip over; never waits, so that the camera is read on."""
        while True:
            try:
                self._queue.put_nowait(clip)
                return
            except queue.Full:
                dropped = self._queue.get_nowait()
                if dropped is not None:
                    log.error("The disk is full: the clip of %s is lost.", dropped.start.isoformat())

    def finish(self) -> None:
        """No more clips come: let `work` end when it has kept those that wait."""
        self._queue.put(None)

    def work(self, stop: threading.Event) -> None:
        """Keep what is put, until `finish`. After `stop`, a full disk is not waited for."""
        while (clip := self._queue.get()) is not None:
            self.keep(clip, stop)

    def keep(self, clip: Clip, stop: threading.Event) -> ClipStatement | None:
        """Seal and spool one clip; durable on return. None if `stop` came while the disk was full."""
        clip_id = clips.new_id()
        stated: list[ClipStatement] = []

        def close(payload: BinaryIO) -> ClipOffer:
            offer, statement = clips.close(clip, clip_id, self._pairing, payload)
            stated[:] = [statement]
            return offer

        while True:
            try:
                self._spool.add(clip_id, close)
                self._history.add(stated[0])
                return stated[0]
            except OSError as error:
                log.error(
                    "A clip cannot be stored: %s. Free some space; the hub tries again.", error.strerror
                )
            if stop.wait(RETRY_S):
                log.error("The hub stops with a full disk: the clip of %s is lost.", clip.start.isoformat())
                return None
