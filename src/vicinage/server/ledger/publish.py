"""The sequencer: turns recorded entries into the public log, one process at a time.

Order of the steps, each durable before the next, so that a crash anywhere resumes without a fork:
indices in the database; entries, tiles and texts in the folder; our signature (kept beside the
keys); the witnesses' cosignatures; the checkpoint, which makes it public. What has been redacted
leaves the folder once the log says so.
"""

import fcntl
import logging
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from vicinage import faults
from vicinage.errors import VicinageError
from vicinage.server import home
from vicinage.server.ledger import errors, keys, past, sequence, witnesses
from vicinage.server.ledger.models import Place, Redaction
from vicinage.tlog import checkpoint, layout, note
from vicinage.tlog.errors import TileError
from vicinage.tlog.tile import Folder

log = logging.getLogger(__name__)
QUIET_S = 3.0
# The texts of these are TOML: the rules of a regime, which may never be redacted.
TOML_KINDS = ("regime.adopted", "regime.announced")

_checked: set[Path] = set()
_quiet_until = 0.0


def publish_soon() -> None:
    """Publish what is pending, if it can be done now; else the jobs loop will. Never raises."""
    global _quiet_until
    if time.monotonic() < _quiet_until:
        return
    try:
        publish_pending()
    except (VicinageError, OSError) as error:
        _quiet_until = time.monotonic() + QUIET_S
        log.info("the log is not published yet: %s", error)


def publish_pending() -> int:
    """Publish every recorded entry. Returns how many entries became public, pads included.

    Raises LedgerError (see ledger.errors); then nothing became public, and a later call goes on.
    """
    with one_sequencer():
        folder = Folder(home.public_log())
        if folder.path not in _checked:
            past.refuse_to_fork(folder, sequence.next_index())
            folder.sweep()
            _drop_redacted(folder)
            _checked.add(folder.path)
        sequence.place_pending()
        faults.point("ledger.sequenced")
        data = folder.checkpoint()
        before = None if data is None else note.parse(data)
        public = 0 if before is None else checkpoint.parse(before.text).size
        size = sequence.next_index()
        if size < public:
            raise errors.older(public, size, "the published checkpoint")
        if size == public:
            return 0
        fresh, root = _write(folder, public, size)
        signed = past.sign(size, root)
        faults.point("ledger.signed")
        signed = witnesses.gather(keys.current_policy(), signed, folder, before, keys.known())
        folder.put_checkpoint(signed.encode())
        faults.point("ledger.published")
        _follow(folder, fresh)
        return size - public


def text_suffix(kind: str) -> str:
    """How the text beside an entry of this kind ends."""
    return "toml" if kind in TOML_KINDS else "json"


def _write(folder: Folder, public: int, size: int) -> tuple[Sequence[Place], bytes]:
    """Write entries, tiles and texts from `public` on; their rows, and the root of the tree of `size`."""
    rows = past.placed(max(0, public - 1), size)
    for index, place in enumerate(rows, max(0, public - 1)):
        if place.index != index:
            raise errors.dropped(index)
    try:
        # A database swapped under a running server shows at the last entry that is public.
        if public and bytes(rows.pop(0).entry.leaf) != folder.reader(public).entry(public - 1):
            raise errors.fork(public, "the published checkpoint", past.first_difference(folder))
        frontier = folder.write(public, [bytes(place.entry.leaf) for place in rows])
    except TileError as error:
        if error.code.startswith("tile-"):
            raise errors.folder(error.sentence) from error
        raise
    write_texts(folder, rows)
    faults.point("ledger.tiles")
    return rows, frontier.root()


def write_texts(folder: Folder, rows: Sequence[Place]) -> None:
    """Write the texts beside these entries."""
    for place in rows:
        if place.entry.text is not None:
            folder.put(layout.text_path(place.index, text_suffix(place.entry.kind)), bytes(place.entry.text))


def _follow(folder: Folder, fresh: Sequence[Place]) -> None:
    """What a new checkpoint brings with it: the new key in the public files, redacted texts gone."""
    kinds = {place.entry.kind for place in fresh}
    if "log.key" in kinds:
        keys.write_public(keys.load())
    if "text.redacted" in kinds:
        _drop_redacted(folder)


def _drop_redacted(folder: Folder) -> None:
    """Remove from the folder every text whose redaction is public. Safe to repeat."""
    public = folder.signed()
    if public is None:
        return
    done = Redaction.objects.filter(event__place__index__lt=public.size)
    for index in done.values_list("entry__place__index", flat=True):
        folder.drop(layout.text_path(index))


@contextmanager
def one_sequencer() -> Iterator[None]:
    """Hold the sequencer's lock: one thread of one process at a time."""
    handle = os.open(home.folder() / "ledger.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
