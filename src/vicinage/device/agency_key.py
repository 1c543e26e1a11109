"""The key that clips for an agency are sealed to, believed from the log alone.

That it is there, that its time has come, and that no later entry revokes it, replaces it or ends the
agency's standing. That no later entry was left out follows from the key's own inclusion proof: the hashes
on the right of its path are the roots of all that follows it (RFC 6962 section 2.1).
"""

from collections.abc import Sequence
from datetime import datetime

from vicinage.core import agency as law
from vicinage.core import leaf
from vicinage.core.errors import CoreError
from vicinage.device.errors import UntrustedError
from vicinage.device.transparency import LogReader, Proven
from vicinage.tlog import checkpoint, layout, merkle, proof
from vicinage.tlog.errors import TlogError

MOST_READ = 65_536  # entries after the key's own; a longer log should be followed by `vicinage monitor`
HINT = "Do not hand anything over now; try again, and tell the operator and the witnesses if it stays so."


def check(log: LogReader, index: int, agency: str, recipient: str, at: datetime) -> law.Key:
    """The key of this entry as the one in force at a time. Raises UntrustedError."""
    proven = log.prove(index)
    key = law.key_from_leaf(leaf.parse(proven.leaf), index)
    if (key.agency, key.recipient) != (agency, recipient):
        raise _no("device-other-leaf", f"Entry {index} of the log should be the agency's key, and is not.")
    if key.from_at > at:
        raise _no("device-key-not-yet", "The agency's key that the server shows is not in force yet.")
    stands_after(key, entries_after(log, proven), at)
    return key


def entries_after(log: LogReader, proven: Proven) -> list[bytes]:
    """All entries of the log after a proven one, up to its proof's checkpoint. Raises UntrustedError."""
    shown = proof.parse(proven.proof)
    size = checkpoint.parse(shown.signed.text).size
    if size - proven.index - 1 > MOST_READ:
        raise _no(
            "device-log-too-long",
            f"The log has {size - proven.index - 1} entries after the agency's key; "
            f"at most {MOST_READ} are read here.",
        )
    entries = _read(log, proven.index + 1, size)
    hashes = [merkle.leaf_hash(entry) for entry in entries]
    first = proven.index + 1
    for start, end, wanted in _right_siblings(proven.index, size, shown.hashes):
        if _root(hashes[start - first : end - first]) != wanted:
            raise _no("device-log-tail", "Entries that the server gives for the log are not those it signed.")
    return entries


def stands_after(key: law.Key, entries: Sequence[bytes], at: datetime) -> None:
    """Raise UntrustedError unless the key is still the one in force after these later entries."""
    newer: set[str] = set()
    standing = ""
    for entry in entries:
        try:
            kind, recipient, from_at = _told(entry, key.agency)
        except CoreError as error:
            raise _no("device-log-tail", f"An entry of the log is malformed: {error.sentence}") from error
        if kind == "agency.key-revoked":
            newer.discard(recipient)
            if recipient == key.recipient:
                raise _no("device-key-revoked", "The agency has revoked the key that the server shows.")
        elif kind == "agency.key" and from_at is not None and key.from_at <= from_at <= at:
            newer.add(recipient)
        elif kind in ("agency.left", "agency.suspended"):
            standing = kind
        elif kind == "agency.reinstated" and standing == "agency.suspended":
            standing = ""
    if newer:
        raise _no("device-key-older", "The agency has a newer key in force than the one the server shows.")
    if standing:
        raise _no("device-agency-standing", "The log says that this agency is suspended or has left.")


def _told(entry: bytes, agency: str) -> tuple[str, str, datetime | None]:
    """Kind, recipient and start of an entry that concerns this agency's standing; else empty."""
    fields = leaf.parse(entry)
    kind = fields.get("type")
    if fields.get("agency") != agency or not isinstance(kind, str):
        return "", "", None
    if kind == "agency.key-revoked":
        return kind, law.revoked_from_leaf(fields)[1], None
    if kind == "agency.key":
        key = law.key_from_leaf(fields)
        return kind, key.recipient, key.from_at
    return kind, "", None


def _right_siblings(index: int, size: int, hashes: Sequence[bytes]) -> list[tuple[int, int, bytes]]:
    """The siblings on the right, from the top: together they cover index + 1 to size."""
    found = []
    start, end = 0, size
    for wanted in reversed(hashes):
        middle = start + _split(end - start)
        if index < middle:
            found.append((middle, end, wanted))
            end = middle
        else:
            start = middle
    return found


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1


def _root(hashes: Sequence[bytes]) -> bytes:
    if len(hashes) == 1:
        return hashes[0]
    middle = _split(len(hashes))
    return merkle.node_hash(_root(hashes[:middle]), _root(hashes[middle:]))


def _read(log: LogReader, start: int, end: int) -> list[bytes]:
    """The entries from start to end, which may be the same."""
    entries: list[bytes] = []
    first = start // layout.WIDTH * layout.WIDTH
    for at in range(first, end if start < end else first, layout.WIDTH):
        width = min(layout.WIDTH, end - at)
        try:
            data = log.bundle(at // layout.WIDTH, width)
            entries += layout.parse_bundle(data, width, exact=False)
        except TlogError as error:
            raise _no("device-log-tail", error.sentence) from error
    return entries[start - first :]


def _no(code: str, sentence: str) -> UntrustedError:
    return UntrustedError(code, sentence, HINT)
