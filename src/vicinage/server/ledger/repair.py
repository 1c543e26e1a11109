"""For the operator after an accident: what differs, the folder written anew, an older database caught up.

Nothing here signs anything. See docs/guide/recovery.md.
"""

import os
import shutil
from dataclasses import dataclass

import msgspec
from django.db import transaction

from vicinage import durable
from vicinage.server import clock, home
from vicinage.server.ledger import errors, keys, past, publish, sequence
from vicinage.server.ledger.models import Entry, Place, Redaction
from vicinage.tlog import layout, merkle
from vicinage.tlog.errors import TileError, TlogError
from vicinage.tlog.tile import Folder

BLOCK = layout.WIDTH


@dataclass(frozen=True)
class Adopted:
    """An entry that only the published log had. What it did elsewhere in the database is still missing."""

    index: int
    kind: str


def check() -> list[str]:
    """Every difference between the database and the published log, a sentence each, in order."""
    folder = Folder(home.public_log())
    try:
        public = folder.signed()
        if public is None:
            return []
        if folder.rebuild(public.size).root() != public.root:
            return ["The entries in the public folder do not lead to the root that was signed."]
        if folder.reader(public.size).frontier().root() != public.root:
            return ["The tiles in the public folder do not lead to the root that was signed."]
        told = [entry for _, bundle in folder.reader(public.size).bundles() for entry in bundle]
    except TlogError as error:
        return [error.sentence]
    rows = {place.index: place.entry for place in past.placed(0, public.size)}
    found = []
    for index, leaf in enumerate(told):
        entry = rows.get(index)
        if entry is None:
            found.append(f"Entry {index} is not in the database.")
        elif bytes(entry.leaf) != leaf:
            found.append(f"Entry {index} in the database is not the one that was published.")
        elif not _is_text_published(folder, index, entry):
            found.append(f"The text beside entry {index} in the database is not the one that was published.")
    return found


def folder() -> int:
    """Write the public folder anew from the database, under the checkpoint that was signed last.

    Gives the number of entries. A checkpoint that is gone is had from the witnesses by the next publishing,
    over the same tree. Raises LedgerError (ledger-older, ledger-fork) where the database itself
    is not what was signed; (ledger-folder) when nothing was ever signed.
    """
    with publish.one_sequencer():
        target = Folder(home.public_log())
        head = target.signed()
        kept = past.last_signature()
        size = head.size if head is not None else kept[1].size if kept is not None else None
        root = head.root if head is not None else kept[1].root if kept is not None else b""
        if size is None:
            raise errors.folder("Nothing was ever signed, so nothing can be written anew.")
        if sequence.next_index() < size:
            raise errors.older(size, sequence.next_index(), "the log's own key")
        past.refuse_gaps(0)
        frontier = merkle.Frontier()
        fresh = Folder(target.path.with_name(f"{target.path.name}.anew"))
        shutil.rmtree(fresh.path, ignore_errors=True)
        for start in range(0, size, BLOCK):
            rows = past.placed(start, min(size, start + BLOCK))
            leaves = [bytes(place.entry.leaf) for place in rows]
            frontier.extend([merkle.leaf_hash(leaf) for leaf in leaves])
            fresh.write(start, leaves)
            publish.write_texts(fresh, rows)
        if frontier.root() != root:
            raise errors.fork(size, "the log's own key", past.first_difference(target))
        _move(fresh, target)
        keys.write_public(keys.load())
        return size


def adopt() -> list[Adopted]:
    """Take into an older database every entry that only the published log has; these entries.

    They keep their places; what is recorded but not placed yet comes after them. What else the database
    had lost stays lost: pages, accounts, hand-overs. Raises LedgerError (ledger-fork) when the two tell
    different stories; (ledger-folder) when the folder is not what was signed.
    """
    with publish.one_sequencer(), transaction.atomic():
        source = Folder(home.public_log())
        head = source.signed()
        if head is None or source.rebuild(head.size).root() != head.root:
            raise errors.folder("It does not hold a whole signed log.")
        held = sequence.next_index()
        past.refuse_gaps(0)
        told = [entry for _, bundle in source.reader(head.size).bundles() for entry in bundle]
        for place in past.placed(0, min(held, head.size)):
            if bytes(place.entry.leaf) != told[place.index]:
                raise errors.fork(head.size, "the published checkpoint", place.index)
        return [_take(source, index, told[index]) for index in range(held, head.size)]


def _move(fresh: Folder, target: Folder) -> None:
    """Put the new tiles and texts in the place of the old. A crash between is made good by doing it again."""
    for name in ("tile", "texts"):
        shutil.rmtree(target.path / name, ignore_errors=True)
        if (fresh.path / name).exists():
            target.path.mkdir(parents=True, exist_ok=True)
            os.rename(fresh.path / name, target.path / name)
    durable.sync_folder(target.path)
    shutil.rmtree(fresh.path, ignore_errors=True)


def _take(source: Folder, index: int, leaf: bytes) -> Adopted:
    """One entry as a row; its subject is what the ledger finds it by."""
    value = msgspec.json.decode(leaf)
    kind = str(value["type"])
    is_private = kind == "private"
    text = None if is_private else _text(source, index, publish.text_suffix(kind))
    subject = "" if is_private else _subject(kind, value)
    entry = Entry.objects.create(
        kind=kind, subject=subject, leaf=leaf, text=text, private=is_private, recorded_at=clock.now()
    )
    Place.objects.create(index=index, entry=entry)
    if kind == "text.redacted":
        redacted = Place.objects.select_related("entry").get(index=value["entry"]).entry
        Redaction.objects.get_or_create(entry=redacted, defaults={"event": entry})
        Entry.objects.filter(pk=redacted.pk).exclude(text=None).update(text=None)
    return Adopted(index, kind)


def _subject(kind: str, value: dict[str, object]) -> str:
    """What the entry is about, as the events of core name it."""
    named = {"regime": "name", "agency": "agency", "rfa": "rfa", "post": "post", "assembly": "assembly"}
    if kind == "log.key":
        return str(value["ed25519"]).split("+")[1]
    if kind == "text.redacted":
        return str(value["entry"])
    return str(value.get(named.get(kind.partition(".")[0], ""), ""))[:100]


def _is_text_published(source: Folder, index: int, entry: Entry) -> bool:
    """Whether the text in the row is the file beside the log; a redacted one may still be on its way out."""
    if entry.text is None:
        return True
    return _text(source, index, publish.text_suffix(entry.kind)) == bytes(entry.text)


def _text(source: Folder, index: int, suffix: str) -> bytes | None:
    try:
        return source.fetch(layout.text_path(index, suffix))
    except TileError as error:
        if error.code != "tile-missing":
            raise
        return None
