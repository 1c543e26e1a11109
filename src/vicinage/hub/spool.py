"""What waits at home to be uploaded. Only ciphertext is here, and the offer that the server will get.

spool/<camera>/<clip>/payload, offer.json     whole and durable
spool/<camera>/<clip>.partial/                being written; adopted on start if it is whole
spool/<camera>/<clip>.done/                   uploaded, being cleared away
spool/<camera>/<clip>.refused/                the server will never take it; why.txt says why
"""

import hashlib
import logging
import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, NamedTuple

from vicinage import durable, faults
from vicinage.hub.errors import SpoolError
from vicinage.wire import WireError, decode, encode
from vicinage.wire.hub import OFFER_LIMIT, ClipOffer

PARTIAL, DONE, REFUSED = ".partial", ".done", ".refused"
log = logging.getLogger(__name__)


class Waiting(NamedTuple):
    """A clip in the spool: its offer, and the file of its sealed payload."""

    offer: ClipOffer
    payload: Path

    def is_intact(self) -> bool:
        """Whether the payload on disk still has the hash it was offered with."""
        with self.payload.open("rb") as payload:
            return hashlib.file_digest(payload, "sha256").hexdigest() == self.offer.payload_sha256


class Spool:
    """The clips of one camera that are not yet uploaded. Used by its recorder and its uplink."""

    def __init__(self, folder: Path) -> None:
        """Open it; finish or clear away what a killed process left half done."""
        self._folder = folder
        self._changed = threading.Condition()
        durable.private_folder(folder)
        for leaving in folder.glob(f"*{DONE}"):
            shutil.rmtree(leaving, ignore_errors=True)
        for partial in sorted(folder.glob(f"*{PARTIAL}")):
            self._adopt(partial)

    def add(self, clip: str, close: Callable[[BinaryIO], ClipOffer]) -> None:
        """Let `close` write the sealed payload of a clip; durable on return, or nothing of it is left.

        Raises OSError (a full disk: try again later).
        """
        partial = self._folder / (clip + PARTIAL)
        durable.private_folder(partial)
        try:
            with _open_new(partial / "payload") as out:
                offer = close(out)
                out.flush()
                os.fsync(out.fileno())
            durable.replace(partial / "offer.json", encode(offer), 0o600)
        except OSError:
            shutil.rmtree(partial, ignore_errors=True)
            raise
        faults.point("hub.spool.written")
        self._put_in_place(partial)

    def waiting(self) -> list[Waiting]:
        """The clips that wait, oldest first. A damaged one is set aside."""
        clips = []
        for path in self._folder.iterdir():
            if path.suffix:
                continue
            try:
                clips.append(self._read(path))
            except SpoolError as error:
                log.error("%s", error)
                self.refuse(path.name, str(error))
        return sorted(clips, key=lambda waiting: waiting.offer.start)

    def done(self, clip: str) -> None:
        """The server has it all: forget it here."""
        leaving = self._folder / (clip + DONE)
        os.replace(self._folder / clip, leaving)
        shutil.rmtree(leaving, ignore_errors=True)
        durable.sync_folder(self._folder)

    def refuse(self, clip: str, why: str) -> None:
        """The server will never take it: keep it aside, with the reason."""
        aside = self._folder / (clip + REFUSED)
        os.replace(self._folder / clip, aside)
        durable.replace(aside / "why.txt", why.encode(), 0o600)
        durable.sync_folder(self._folder)

    def refused(self) -> set[str]:
        """The ids of clips set aside."""
        return {path.stem for path in self._folder.glob(f"*{REFUSED}")}

    def wait(self, timeout_s: float) -> None:
        """Sleep until a clip is added or the time is up."""
        with self._changed:
            self._changed.wait(timeout_s)

    def wake(self) -> None:
        """End a `wait`."""
        with self._changed:
            self._changed.notify_all()

    def _put_in_place(self, partial: Path) -> None:
        os.replace(partial, partial.with_suffix(""))
        durable.sync_folder(self._folder)
        faults.point("hub.spool.renamed")
        self.wake()

    def _adopt(self, partial: Path) -> None:
        """A whole clip that only lacks its name is kept; anything else was not yet a clip."""
        try:
            found = self._read(partial)
        except SpoolError:
            shutil.rmtree(partial, ignore_errors=True)
            return
        if found.is_intact() and not partial.with_suffix("").exists():
            self._put_in_place(partial)
        else:
            shutil.rmtree(partial, ignore_errors=True)

    def _read(self, path: Path) -> Waiting:
        try:
            offer = decode(ClipOffer, (path / "offer.json").read_bytes(), OFFER_LIMIT)
            size = (path / "payload").stat().st_size
        except (OSError, WireError) as error:
            raise SpoolError(
                "spool-offer",
                f"The spooled clip {path.name} is damaged.",
                "Move its folder out of the spool.",
            ) from error
        if size != offer.payload_size:
            raise SpoolError(
                "spool-payload",
                f"The spooled clip {path.name} has {size} bytes; it should have {offer.payload_size}.",
                "Move its folder out of the spool.",
            )
        return Waiting(offer, path / "payload")


def _open_new(path: Path) -> BinaryIO:
    """An empty file of mode 0600 to write to. Raises OSError."""
    return open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")
