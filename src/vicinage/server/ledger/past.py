"""What was signed before: our own last signature, and whether the database still tells the same story."""

from vicinage import durable
from vicinage.server import clock, home
from vicinage.server.ledger import errors, keys, witnesses
from vicinage.server.ledger.models import Place
from vicinage.tlog import checkpoint, merkle, note, signing, times
from vicinage.tlog.checkpoint import Checkpoint
from vicinage.tlog.errors import NoteError, TlogError
from vicinage.tlog.note import Note
from vicinage.tlog.tile import Folder

SIGNED = "signed-checkpoint"


def sign(size: int, root: bytes) -> Note:
    """Our signature over the tree, kept durably before anyone else sees it.

    Raises LedgerError: ledger-older, ledger-fork when we have signed another tree; ledger-clock when the
    clock is behind the time that we signed last.
    """
    kept = last_signature()
    if kept is not None and kept[1].size > size:
        raise errors.older(kept[1].size, size, "the log's own key")
    if kept is not None and kept[1].size == size:
        if kept[1].root != root:
            raise errors.fork(size, "the log's own key")
        return kept[0]
    held = keys.load()
    before = None if kept is None else signing.stated_time(kept[0], held.mldsa.vkey)
    try:
        at = times.not_before(before, int(clock.now().timestamp()))
    except NoteError as error:
        raise errors.clock(error.sentence) from error
    signed = Checkpoint(held.ed25519.vkey.name, size, root).sign(held.signers, at)
    durable.replace(home.keys() / SIGNED, signed.encode(), mode=0o600)
    return signed


def last_signature() -> tuple[Note, Checkpoint] | None:
    """The checkpoint that we signed last, published or not."""
    try:
        signed = note.parse((home.keys() / SIGNED).read_bytes())
    except FileNotFoundError:
        return None
    return signed, checkpoint.parse(signed.text)


def refuse_to_fork(folder: Folder, held: int) -> None:
    """Once a process, before it signs: does the database hold what was signed, and no less?

    Rebuilds the root from the entries and compares it with our last signature, the published
    checkpoint and the witnesses. held: how many entries the database has. Raises LedgerError.
    """
    origin = keys.load().ed25519.vkey.name
    heads = witnesses.heads(keys.current_policy(), origin, keys.known())
    kept, public = last_signature(), folder.signed()
    heads += [(kept[1], "the log's own key")] if kept is not None else []
    heads += [(public, "the published checkpoint")] if public is not None else []
    for head, by in heads:
        if head.size > held:
            raise errors.older(head.size, held, by)
    refuse_gaps(0)
    roots = _roots({head.size for head, _ in heads})
    for head, by in heads:
        if roots[head.size] != head.root:
            raise errors.fork(head.size, by, first_difference(folder))


def refuse_gaps(start: int) -> None:
    """Raise when an index from `start` on is missing in the database."""
    expected = start
    indices = Place.objects.filter(index__gte=start).order_by("index").values_list("index", flat=True)
    for index in indices.iterator(chunk_size=5000):
        if index != expected:
            raise errors.dropped(expected)
        expected += 1


def first_difference(folder: Folder) -> int | None:
    """The first published entry that the database has otherwise, or None when the folder cannot tell."""
    public = folder.signed()
    try:
        if public is None or folder.rebuild(public.size).root() != public.root:
            return None
        told = (entry for _, bundle in folder.reader(public.size).bundles() for entry in bundle)
        for index, (place, entry) in enumerate(zip(placed(0, public.size), told, strict=False)):
            if place.index != index or bytes(place.entry.leaf) != entry:
                return index
    except TlogError:
        return None
    return None


def placed(start: int, end: int) -> "list[Place]":
    """The rows of entries [start, end), in order."""
    rows = Place.objects.select_related("entry").order_by("index")
    return list(rows.filter(index__gte=start, index__lt=end))


def _roots(sizes: set[int]) -> dict[int, bytes]:
    """The roots at these sizes, from the entries in the database."""
    roots = {0: merkle.EMPTY_ROOT}
    frontier = merkle.Frontier()
    rows = Place.objects.filter(index__lt=max(sizes, default=0)).order_by("index")
    for leaf in rows.values_list("entry__leaf", flat=True).iterator(chunk_size=1000):
        frontier.append(merkle.leaf_hash(bytes(leaf)))
        if frontier.size in sizes:
            roots[frontier.size] = frontier.root()
    return roots
