"""What is read from the log. Everything here is public once the checkpoint covers it."""

from pathlib import Path

from vicinage.server import home
from vicinage.server.ledger import keys
from vicinage.server.ledger.errors import LedgerError
from vicinage.server.ledger.models import Entry, Place, Redaction
from vicinage.tlog import proof as proofs
from vicinage.tlog.checkpoint import Checkpoint
from vicinage.tlog.errors import TlogError
from vicinage.tlog.layout import CHECKPOINT
from vicinage.tlog.tile import Folder

_heads: dict[Path, tuple[tuple[int, int], Checkpoint | None]] = {}


def head() -> Checkpoint | None:
    """The published checkpoint, or None before the first. Read anew only when the file was replaced."""
    path = home.public_log() / CHECKPOINT
    try:
        stat = path.stat()
    except FileNotFoundError:
        return None
    version = (stat.st_ino, stat.st_mtime_ns)
    known = _heads.get(path)
    if known is None or known[0] != version:
        known = (version, Folder(path.parent).signed())
        _heads[path] = known
    return known[1]


def size() -> int:
    """How many entries the published log has."""
    published = head()
    return 0 if published is None else published.size


def root() -> str:
    """The root of the published log, in hex: another one whenever anything public has changed."""
    published = head()
    return "" if published is None else published.root.hex()


def index_of(kind: str, subject: str) -> int | None:
    """The index of the newest published entry of this kind and subject, or None."""
    places = Place.objects.filter(entry__kind=kind, entry__subject=subject, index__lt=size())
    return places.order_by("-index").values_list("index", flat=True).first()


def index_of_entry(entry: Entry) -> int | None:
    """The index of this entry, or None until it is published."""
    places = Place.objects.filter(entry=entry, index__lt=size())
    return places.values_list("index", flat=True).first()


def proof(index: int) -> str:
    """The `.tlog-proof` of an entry, with the signature lines that the log's policy names.

    The checkpoint's ML-DSA-44 line is left out: no policy names it, and it is three kilobytes.
    Raises LedgerError (ledger-unpublished).
    """
    try:
        made = proofs.from_folder(Folder(home.public_log()), index)
        return made.by(keys.current_policy().keys).text()
    except TlogError as error:
        raise unpublished(index) from error


def leaf(index: int) -> bytes:
    """The entry's bytes, as the log commits to them. Raises LedgerError (ledger-unpublished)."""
    folder = Folder(home.public_log())
    head = folder.signed()
    if head is None or not 0 <= index < head.size:
        raise unpublished(index)
    return folder.reader(head.size).entry(index)


def pending() -> int:
    """How many recorded entries are not public yet."""
    return Entry.objects.count() - size()


def is_redacted(entry: Entry) -> bool:
    """Whether the text of this entry was taken down."""
    return Redaction.objects.filter(entry=entry).exists()


def unpublished(index: int) -> LedgerError:
    """The error for an entry that the published log does not hold."""
    return LedgerError(
        "ledger-unpublished",
        f"Entry {index} is not in the published log.",
        "If it was recorded just now, ask again in a few seconds.",
        status=404,
    )
