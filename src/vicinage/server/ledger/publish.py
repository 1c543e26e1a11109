"""The sequencer: turns recorded entries into the public log, one process at a time.

Order of the steps, each durable before the next, so that a crash anywhere resumes without a fork:
indices in the database; entries, tiles and texts in the folder; our signature (kept beside the
keys); the witnesses' cosignatures; the checkpoint, which makes it public.
"""

import fcntl
import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db.models import QuerySet

from vicinage import durable, faults
from vicinage.errors import VicinageError
from vicinage.server import clock, home
from vicinage.server.ledger import errors, keys, sequence, witnesses
from vicinage.server.ledger.models import Place
from vicinage.tlog import checkpoint, layout, merkle, note
from vicinage.tlog.checkpoint import Checkpoint
from vicinage.tlog.note import Note
from vicinage.tlog.tile import Folder

log = logging.getLogger(__name__)
SIGNED = "signed-checkpoint"
QUIET_S = 3.0

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
    with _one_sequencer():
        folder = Folder(home.public_log())
        if folder.path not in _checked:
            _refuse_to_fork(folder)
            _checked.add(folder.path)
        sequence.place_pending()
        faults.point("ledger.sequenced")
        size, public = sequence.next_index(), _size(folder.signed())
        if size < public:
            raise errors.older(public, size, "the published checkpoint")
        if size == public:
            return 0
        signed = _sign(folder, size, _write(folder, public, size))
        faults.point("ledger.signed")
        signed = witnesses.gather(keys.current_policy(), signed, folder.reader(size), public)
        folder.put_checkpoint(signed.encode())
        faults.point("ledger.published")
        return size - public


def _write(folder: Folder, public: int, size: int) -> bytes:
    """Write entries, tiles and texts from `public` on; the root of the tree of `size`."""
    placed = list(_placed().filter(index__gte=max(0, public - 1), index__lt=size))
    # A database swapped under a running server shows at the last entry that is public.
    if public and bytes(placed.pop(0).entry.leaf) != folder.reader(public).entry(public - 1):
        raise errors.fork(public, "the published checkpoint")
    frontier = folder.write(public, [bytes(place.entry.leaf) for place in placed])
    for place in placed:
        if place.entry.text is not None:
            suffix = "toml" if place.entry.kind == "regime.adopted" else "json"
            folder.put(layout.text_path(place.index, suffix), bytes(place.entry.text))
    faults.point("ledger.tiles")
    return frontier.root()


def _sign(folder: Folder, size: int, root: bytes) -> Note:
    """Our signature over the tree, kept durably before anyone else sees it."""
    kept = _kept_signature()
    if kept is not None and kept[1].size > size:
        raise errors.older(kept[1].size, size, "the log's own key")
    if kept is not None and kept[1].size == size:
        if kept[1].root != root:
            raise errors.fork(size, "the log's own key")
        return kept[0]
    signers = keys.load().signers
    head = Checkpoint(signers[0].vkey.name, size, root)
    signed = head.sign(signers, int(clock.now().timestamp()))
    durable.replace(home.keys() / SIGNED, signed.encode(), mode=0o600)
    return signed


def _refuse_to_fork(folder: Folder) -> None:
    """Once a process, before it signs: does the database hold what was signed, and no less?

    Rebuilds the root from the entries and compares it with our last signature, the published
    checkpoint and the witnesses. Raises LedgerError.
    """
    heads = witnesses.heads(keys.current_policy(), keys.load().ed25519.vkey.name)
    kept = _kept_signature()
    if kept is not None:
        heads.append((kept[1], "the log's own key"))
    public = folder.signed()
    if public is not None:
        heads.append((public, "the published checkpoint"))
    held = sequence.next_index()
    for head, by in heads:
        if head.size > held:
            raise errors.older(head.size, held, by)
    roots = _roots({head.size for head, _ in heads})
    for head, by in heads:
        if roots[head.size] != head.root:
            raise errors.fork(head.size, by)


def _roots(sizes: set[int]) -> dict[int, bytes]:
    """The roots at these sizes, from the entries in the database."""
    roots = {0: merkle.EMPTY_ROOT}
    frontier = merkle.Frontier()
    for place in _placed().filter(index__lt=max(sizes, default=0)).iterator(chunk_size=1000):
        frontier.append(merkle.leaf_hash(bytes(place.entry.leaf)))
        if frontier.size in sizes:
            roots[frontier.size] = frontier.root()
    return roots


def _kept_signature() -> tuple[Note, Checkpoint] | None:
    """The checkpoint that we signed last, published or not."""
    try:
        signed = note.parse((home.keys() / SIGNED).read_bytes())
    except FileNotFoundError:
        return None
    return signed, checkpoint.parse(signed.text)


def _placed() -> QuerySet[Place]:
    return Place.objects.select_related("entry").order_by("index")


def _size(head: Checkpoint | None) -> int:
    return 0 if head is None else head.size


@contextmanager
def _one_sequencer() -> Iterator[None]:
    """Hold the sequencer's lock: one thread of one process at a time."""
    handle = os.open(home.folder() / "ledger.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
