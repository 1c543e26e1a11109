"""The folder of a log: tiles, entry bundles, checkpoint, policy, keys and texts, written crash-safe.

One writer at a time (the sequencer holds a lock of its own); any number of readers. Writing the same
entries again at the same place is harmless, so a sequencer that died may simply do its step again.
"""

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from vicinage import durable
from vicinage.tlog import checkpoint, disk, layout, merkle, note
from vicinage.tlog.checkpoint import Checkpoint
from vicinage.tlog.errors import TileError
from vicinage.tlog.layout import HEIGHT, WIDTH
from vicinage.tlog.merkle import Frontier
from vicinage.tlog.reader import Reader

_OLD_COPY = "The database may be an old copy: restore the newest one, or start a log with a new name."


class Folder:
    """A log's public folder at `path`; it need not exist yet."""

    def __init__(self, path: Path) -> None:
        self.path = Path(path)

    def fetch(self, name: str, limit: int = layout.BUNDLE_LIMIT) -> bytes:
        """The bytes at a relative path. Raises TileError (tile-missing, tile-limit, tile-path)."""
        return disk.read(self._place(name), limit)

    def put(self, name: str, data: bytes) -> None:
        """Write policy, vkeys or a text, durable on return. Raises TileError (tile-path)."""
        durable.replace(self._place(name), data)

    def drop(self, name: str) -> None:
        """Remove a text, durable on return; nothing when it is not there. Raises TileError (tile-path)."""
        path = self._place(name)
        if path.exists():
            path.unlink()
            durable.sync_folder(path.parent)

    def sweep(self) -> None:
        """Remove what a crash left half-written: tiles, texts, checkpoints. For the one writer alone."""
        left = [*self.path.glob(f".{layout.CHECKPOINT}.*{durable.SCRATCH}")]
        for name in ("tile", "texts"):
            left += (self.path / name).rglob(f"*{durable.SCRATCH}")
        for path in left:
            path.unlink(missing_ok=True)

    def reader(self, size: int) -> Reader:
        """The log's first `size` entries, from the disk."""
        return Reader(self.fetch, size)

    def checkpoint(self) -> bytes | None:
        """The signed note now published, or None when the log has none yet."""
        try:
            return self.fetch(layout.CHECKPOINT, note.MAX_BYTES)
        except TileError as error:
            if error.code == "tile-missing":
                return None
            raise

    def signed(self) -> Checkpoint | None:
        """The tree head now published (signatures not checked), or None."""
        data = self.checkpoint()
        return None if data is None else checkpoint.parse(note.parse(data).text)

    def put_checkpoint(self, data: bytes) -> None:
        """Publish a signed note in place of the last. Its tiles must be written already.

        Partial tiles whose full tile is published with it are removed.

        Raises TileError (log-rollback) when it would shrink the log or change a published root.
        """
        new = checkpoint.parse(note.parse(data).text)
        old = self.signed()
        if old is not None and (new.size < old.size or (new.size == old.size and new.root != old.root)):
            raise TileError(
                "log-rollback",
                f"The published checkpoint has {old.size} entries; the new one has {new.size} and does not "
                "continue it.",
                _OLD_COPY,
            )
        durable.replace(self.path / layout.CHECKPOINT, data)
        self._drop_partials(old.size if old else 0, new.size)

    def write(self, start: int, entries: Sequence[bytes]) -> Frontier:
        """Write entries at indices start, start + 1, ... with their tiles; durable on return.

        The entries below `start` must be there already; what is published stands before what an
        earlier try may have left. Returns the frontier after the last one.
        Raises TileError (log-fork) when a published entry would change; (tile-missing, tile-entry).
        """
        hashes = [merkle.leaf_hash(entry) for entry in entries]
        self._refuse_fork(start, hashes)
        signed = self.signed()
        reader = self.reader(start if signed is None else max(start, signed.size))
        frontier = merkle.frontier_at(start, reader.read_hash)
        if signed is not None and start == signed.size and frontier.root() != signed.root:
            raise _damaged("The tiles on the disk do not lead to the root that was signed.")
        if not entries:
            return frontier
        syncs = durable.Batch()
        kept = self._kept(reader, start)
        for number, bundle in _cut(start, kept, entries):
            name = layout.bundle_path(number, len(bundle))
            syncs.write(self.path / name, layout.encode_bundle(bundle))
        level, first, fresh = 0, start, hashes
        while fresh:
            kept = reader.tile(level, first // WIDTH)[: first % WIDTH] if first % WIDTH else []
            above = []
            for number, tile in _cut(first, kept, fresh):
                syncs.write(self.path / layout.tile_path(level, number, len(tile)), b"".join(tile))
                if len(tile) == WIDTH:
                    above.append(merkle.full_root(tile))
            level, first, fresh = level + 1, first >> HEIGHT, above
        syncs.flush()
        frontier.extend(hashes)
        return frontier

    def _kept(self, reader: Reader, start: int) -> list[bytes]:
        """The entries before `start` in its bundle, as their tile has them."""
        number, count = divmod(start, WIDTH)
        if not count:
            return []
        kept, hashes = reader.bundle(number)[:count], reader.tile(0, number)
        for offset, (entry, known) in enumerate(zip(kept, hashes, strict=False)):
            if merkle.leaf_hash(entry) != known:
                raise _damaged(f"Entry {number * WIDTH + offset} on the disk is not what its tile says.")
        return kept

    def rebuild(self, size: int) -> Frontier:
        """The frontier of the first `size` entries, from the entries themselves, tiles left aside."""
        frontier = Frontier()
        for _, bundle in self.reader(size).bundles():
            frontier.extend([merkle.leaf_hash(entry) for entry in bundle])
        return frontier

    def _drop_partials(self, old: int, new: int) -> None:
        """Remove partial tiles that a full tile has replaced as the log grew; tlog-tiles allows it."""
        for level in range(layout.MAX_LEVEL + 1):
            first, last = (size >> HEIGHT * (level + 1) for size in (old, new))
            if first == last:
                return
            for number in range(first, last):
                paths = [layout.tile_path(level, number)]
                paths += [layout.bundle_path(number)] if level == 0 else []
                for path in paths:
                    shutil.rmtree(self.path / f"{path}.p", ignore_errors=True)

    def _refuse_fork(self, start: int, hashes: Sequence[bytes]) -> None:
        """Raise when entries under the published checkpoint would change."""
        signed = self.signed()
        if signed is None or start >= signed.size:
            return
        reader = self.reader(signed.size)
        for index, fresh in enumerate(hashes[: signed.size - start], start):
            if reader.tile(0, index // WIDTH)[index % WIDTH] != fresh:
                raise TileError(
                    "log-fork",
                    f"Entry {index} is published already with other content; writing it would fork the log.",
                    _OLD_COPY,
                )

    def _place(self, name: str) -> Path:
        """The place of a relative path, which must stay inside the folder."""
        parts = PurePosixPath(name).parts
        if not parts or name.startswith("/") or ".." in parts:
            raise TileError("tile-path", f"{name!r} is no path inside a log.")
        return self.path.joinpath(*parts)


def _cut(start: int, kept: Sequence[bytes], fresh: Sequence[bytes]) -> Iterator[tuple[int, list[bytes]]]:
    """Tiles (number, content) that `fresh` items from position `start` fill; `kept` begins the first."""
    items = [*kept, *fresh]
    first = start // WIDTH
    for at in range(0, len(items), WIDTH):
        yield first + at // WIDTH, items[at : at + WIDTH]


def _damaged(sentence: str) -> TileError:
    """What lies on the disk was changed; nothing may be signed on top of it."""
    return TileError("tile-false", sentence, "Write the folder anew from what the log's server keeps.")
