"""A full copy of a log, which never shows what was not verified.

    copy(fetch, Folder(path), rules, report)

Entries are fetched, hashed into a tree that continues the copy's own, and written beside what is there;
only when they lead to the root that the log signed, and the quorum cosigned, does the checkpoint follow.
A copy that dies on the way still shows its last checkpoint, and goes on where it was. The hash tiles are
computed here, not copied. What this has from c2sp.org/tlog-mirror is in spec/log.md.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from vicinage import durable, faults
from vicinage.core import leaf, log_key, redaction
from vicinage.errors import VicinageError
from vicinage.evidence import head as heads
from vicinage.evidence import texts
from vicinage.evidence.compare import continues
from vicinage.evidence.follow import may_follow
from vicinage.evidence.head import Head
from vicinage.evidence.outcome import Fault, Report
from vicinage.tlog import layout
from vicinage.tlog.checkpoint import Checkpoint
from vicinage.tlog.keys import parse_vkey
from vicinage.tlog.layout import HEIGHT, WIDTH
from vicinage.tlog.merkle import EMPTY_ROOT
from vicinage.tlog.policy import Policy
from vicinage.tlog.reader import Fetch, Reader
from vicinage.tlog.tile import Folder

MEMORY = "mirror.json"
_CHUNK = 16 * WIDTH
_PRIVATE_START = b'{"c":"'


@dataclass
class _Found:
    """What entries say beyond themselves: texts to have, by entry; those taken down; the next keys."""

    wanted: dict[int, dict[str, str]] = field(default_factory=dict)
    redacted: set[int] = field(default_factory=set)
    log_keys: list[str] = field(default_factory=list)


def copy(fetch: Fetch, folder: Folder, rules: Policy, report: Report) -> bool:
    """Bring the copy in `folder` up to what the log shows now. True when its checkpoint is that one now.

    rules: the policy that the keeper trusts. What is wrong stands in the report; the copy then stays as it
    was. Raises VicinageError when the log cannot be read, OSError when the copy cannot be written.
    """
    head = heads.read(fetch)
    if heads.check_signatures(report, rules, head) is None:
        return False
    kept = folder.signed() or Checkpoint(head.tree.origin, 0, EMPTY_ROOT)
    if not may_follow(report, kept, head.tree):
        return False
    found = _load(folder)
    if head.tree.size > kept.size and not _grow(fetch, folder, kept, head, report, found):
        return False
    _texts(fetch, folder, report, found)
    _tidy(folder, kept.size, head.tree.size)
    faults.point("mirror.copied")
    for name in (layout.POLICY, layout.VKEYS, layout.VKEYS_MLDSA):
        _beside(fetch, folder, name)
    folder.put_checkpoint(head.data)
    report.checked.append(
        f"The copy holds all {head.tree.size} entries; {head.tree.size - kept.size} are new."
    )
    return True


def _grow(fetch: Fetch, folder: Folder, kept: Checkpoint, head: Head, report: Report, found: _Found) -> bool:
    """Write the entries from the copy's end to the log's; True when they lead to the signed root."""
    local = Folder(folder.path)
    for reuse in (True, False):
        frontier = None
        for start, entries in _chunks(fetch, local if reuse else None, kept.size, head.tree.size):
            frontier = folder.write(start, entries)
            faults.point("mirror.written")
            _look(start, entries, found)
        if frontier is not None and frontier.root() == head.tree.root:
            return True
    if kept.size and continues(fetch, kept, head.tree) is False:
        sentence = f"The log no longer begins with the {kept.size} entries that it signed before."
        report.blame(Fault("log-fork", sentence))
    else:
        report.blame(Fault("root-false", "The entries do not lead to the root that was signed."))
    return False


def _chunks(fetch: Fetch, local: Folder | None, start: int, size: int) -> Iterator[tuple[int, list[bytes]]]:
    """Entries from `start` on, some thousands at a time; full bundles that an earlier try left are not
    fetched again.
    """
    reader = Reader(fetch, size)
    waiting: list[bytes] = []
    first = start
    for number in range(start // WIDTH, (size + WIDTH - 1) // WIDTH):
        bundle = (_left(local, number, size) if local is not None else None) or reader.bundle(number)
        waiting += bundle[max(0, start - number * WIDTH) :]
        if len(waiting) >= _CHUNK:
            yield first, waiting
            first, waiting = first + len(waiting), []
    if waiting:
        yield first, waiting


def _left(local: Folder, number: int, size: int) -> list[bytes] | None:
    """A full bundle that is on the disk already; whether it is right, the root will show."""
    if (number + 1) * WIDTH > size:
        return None
    try:
        return layout.parse_bundle(local.fetch(layout.bundle_path(number)), WIDTH)
    except VicinageError:
        return None


def _look(start: int, entries: list[bytes], found: _Found) -> None:
    """Note which of the entries have a text, and which take one down. What is no event has none."""
    for index, entry in enumerate(entries, start):
        if entry.startswith(_PRIVATE_START):
            continue
        try:
            value = leaf.parse(entry)
        except VicinageError:
            continue
        if value["type"] == "text.redacted":
            _look_at_redaction(index, value, found)
        elif value["type"] == "log.key":
            _look_at_key(value, found)
        elif texts.suffix(value["type"]) is not None:
            bound: dict[str, str] = {
                name: str(value[name]) for name in ("type", "text", "sha256") if name in value
            }
            found.wanted[index] = bound


def _look_at_redaction(index: int, value: dict[str, Any], found: _Found) -> None:
    """A redaction is of an earlier entry, and never of a regime: without its file no copy can be audited."""
    try:
        made = redaction.from_leaf(value)
    except VicinageError:
        return
    if made.entry < index:
        found.redacted.add(made.entry)


def _look_at_key(value: dict[str, Any], found: _Found) -> None:
    """The next key of the log; one that is none would keep the copy from ever growing again."""
    try:
        found.log_keys.append(str(parse_vkey(log_key.from_leaf(value).ed25519)))
    except VicinageError:
        return


def _text(fetch: Fetch, index: int, kind: str) -> bytes | None:
    """A text, or None when it is not there or is longer than any text may be. Raises what else fails."""
    try:
        return texts.find(fetch, index, kind)
    except VicinageError as error:
        if error.code in ("tile-limit", "wire-too-large"):
            return None
        raise


def _texts(fetch: Fetch, folder: Folder, report: Report, found: _Found) -> None:
    """Copy the texts that are wanted, drop those redacted, and keep in mind what could not be had."""
    missing = {}
    for index, value in found.wanted.items():
        if index in found.redacted and texts.suffix(value["type"]) == "json":
            continue
        data = _text(fetch, index, value["type"])
        if data is not None and texts.fits(value, data):
            folder.put(layout.text_path(index, texts.suffix(value["type"]) or "json"), data)
            continue
        missing[index] = value
        what = "is not beside the log" if data is None else "is not the one that the entry commits to"
        code = "text-missing" if data is None else "text-false"
        report.blame(Fault(code, f"the text {what}, and the log has no redaction of it.", index=index))
    for index in found.redacted:
        (folder.path / layout.text_path(index, "json")).unlink(missing_ok=True)
    kept = {"wanted": missing, "log_keys": list(dict.fromkeys(found.log_keys))}
    durable.replace(folder.path.parent / MEMORY, json.dumps(kept).encode())


def _load(folder: Folder) -> _Found:
    """What earlier rounds left: texts that could not be had, and keys."""
    try:
        kept = json.loads((folder.path.parent / MEMORY).read_bytes())
        wanted = {int(index): dict(value) for index, value in kept["wanted"].items()}
        return _Found(wanted, set(), [str(key) for key in kept["log_keys"]])
    except (FileNotFoundError, ValueError, AttributeError, LookupError, TypeError):
        return _Found()


def log_keys(folder: Folder) -> list[str]:
    """The keys that the copied log said it changes to, as vkeys."""
    return _load(folder).log_keys


def _tidy(folder: Folder, kept: int, size: int) -> None:
    """Drop partial tiles that an earlier try left at the log's end; only those of the two sizes stay."""
    for level in range(layout.MAX_LEVEL + 1):
        number = size >> HEIGHT * (level + 1)
        widths = {str(layout.tile_width(level, number, at)) for at in (kept, size)}
        paths = [layout.tile_path(level, number)] + ([layout.bundle_path(number)] if level == 0 else [])
        for path in paths:
            for partial in (folder.path / f"{path}.p").glob("*"):
                if partial.name not in widths:
                    partial.unlink()
        if size >> HEIGHT * level == 0:
            return


def _beside(fetch: Fetch, folder: Folder, name: str) -> None:
    """Copy a list of keys or the policy, as it stands beside the log, when it is there."""
    try:
        folder.put(name, fetch(name, heads.KEYS_LIMIT))
    except VicinageError as error:
        if error.code != "tile-missing":
            raise
