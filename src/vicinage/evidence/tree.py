"""Grows a log's tree from its entries, tile by tile, and compares each tile with what the log serves.

Of each level it keeps no more than the hashes of the tile that is not full yet: at most 255 a level,
however long the log is. That is also all that someone who follows a log must keep to go on later.
"""

from collections.abc import Callable, Sequence
from hashlib import sha256

from vicinage.evidence.outcome import Fault
from vicinage.tlog import layout
from vicinage.tlog.errors import TileError
from vicinage.tlog.layout import HEIGHT, WIDTH, tile_path
from vicinage.tlog.merkle import EMPTY_ROOT, HASH_SIZE, Frontier, full_root
from vicinage.tlog.reader import Fetch

Levels = list[list[bytes]]


class Tree:
    """A tree that grows bundle by bundle.

    levels: where an earlier tree stopped; of each level the hashes of its last, partial tile. fetch: of
    the tiles to compare with. watch: a size whose root is wanted.
    """

    def __init__(
        self,
        fetch: Fetch,
        levels: Sequence[Sequence[bytes]] = (),
        blame: Callable[[Fault], None] = lambda fault: None,
        watch: int | None = None,
    ) -> None:
        self.levels: Levels = [list(level) for level in levels] or [[]]
        self.size = sum(len(level) << HEIGHT * n for n, level in enumerate(self.levels))
        self.tiles = 0
        self.watched: bytes | None = None
        self._watch = watch
        self._fetch = fetch
        self._blame = blame
        if watch == self.size:
            self.watched = self.root()

    def take(self, entries: Sequence[bytes]) -> None:
        """The next entries; they must end at or before the end of the bundle that the first is in."""
        hashes = [sha256(b"\x00" + entry).digest() for entry in entries]
        bottom = self.levels[0]
        if self._watch is not None and self.size < self._watch <= self.size + len(hashes):
            self.watched = self._root([*bottom, *hashes[: self._watch - self.size]])
        bottom.extend(hashes)
        self.size += len(hashes)
        level = 0
        while len(self.levels[level]) == WIDTH:
            full, self.levels[level] = self.levels[level], []
            self._compare(level, (self.size >> HEIGHT * (level + 1)) - 1, b"".join(full))
            level += 1
            if level == len(self.levels):
                self.levels.append([])
            self.levels[level].append(full_root(full))

    def finish(self) -> None:
        """Compare the partial tiles, of all levels, at the end of the log."""
        for level, hashes in enumerate(self.levels):
            if hashes:
                self._compare(level, self.size >> HEIGHT * (level + 1), b"".join(hashes))

    def root(self) -> bytes:
        """The root of all entries taken."""
        return self._root(self.levels[0])

    def _root(self, bottom: Sequence[bytes]) -> bytes:
        roots: list[bytes] = []
        for hashes in (*reversed(self.levels[1:]), bottom):
            tile = Frontier()
            tile.extend(hashes)
            roots.extend(tile.hashes)
        if not roots:
            return EMPTY_ROOT
        root = roots.pop()
        while roots:
            root = sha256(b"\x01" + roots.pop() + root).digest()
        return root

    def _compare(self, level: int, number: int, tile: bytes) -> None:
        width = len(tile) // HASH_SIZE
        path = tile_path(level, number, width)
        try:
            found = self._get(path, level, number, width)
            if found == tile:
                self.tiles += 1
                return
            layout.parse_tile(found, width)
            fault = Fault("tile-false", f"The file {path} does not hold the hashes of the entries below it.")
        except TileError as error:
            fault = Fault(error.code, error.sentence)
        self._blame(fault)

    def _get(self, path: str, level: int, number: int, width: int) -> bytes:
        """The tile's bytes; of a partial one that is gone, those at the start of the full one."""
        try:
            return self._fetch(path, layout.TILE_LIMIT)
        except TileError as error:
            if error.code != "tile-missing" or width == WIDTH:
                raise
        return self._fetch(tile_path(level, number), layout.TILE_LIMIT)[: width * HASH_SIZE]
