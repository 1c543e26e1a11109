"""Rebuilds a log's tree from its entries and compares every tile with what the entries give."""

from collections.abc import Callable, Sequence

from vicinage.evidence.outcome import Fault
from vicinage.tlog.errors import TileError
from vicinage.tlog.layout import HEIGHT, WIDTH, tile_path
from vicinage.tlog.merkle import Frontier, leaf_hash
from vicinage.tlog.reader import Reader


class Tree:
    """Grows bundle by bundle. reader: gives the tiles to compare. watch: a size whose root is wanted.

    Each full tile is hashed once, and only its root goes on to the level above.
    """

    def __init__(self, reader: Reader, blame: Callable[[Fault], None], watch: int | None = None) -> None:
        self.tiles = 0
        self.watched: bytes | None = Frontier().root() if watch == 0 else None
        self._reader = reader
        self._blame = blame
        self._watch = watch
        self._whole = Frontier()
        self._rest: list[bytes] = []
        self._roots: list[bytes] = []

    def take(self, start: int, entries: Sequence[bytes]) -> None:
        """The next bundle of entries, the first of them at index `start`, a multiple of 256."""
        hashes = [leaf_hash(entry) for entry in entries]
        self._compare(0, start // WIDTH, hashes)
        if self._watch is not None and start < self._watch <= start + len(hashes):
            self.watched = self._grown(hashes[: self._watch - start]).root()
        if len(hashes) == WIDTH:
            tile = Frontier()
            tile.extend(hashes)
            self._roots.append(tile.root())
            self._whole.append(tile.root())
        else:
            self._rest = hashes

    def root(self) -> bytes:
        """The root of all entries taken; compares the tiles of the upper levels on the way."""
        level, hashes = 1, self._roots
        while hashes:
            above = []
            for number in range(0, len(hashes), WIDTH):
                part = hashes[number : number + WIDTH]
                self._compare(level, number // WIDTH, part)
                if len(part) == WIDTH:
                    tile = Frontier()
                    tile.extend(part)
                    above.append(tile.root())
            level, hashes = level + 1, above
        return self._grown(self._rest).root()

    def _grown(self, rest: Sequence[bytes]) -> Frontier:
        """The frontier of all full tiles so far and some leaves after them."""
        frontier = Frontier(self._whole.size << HEIGHT, self._whole.hashes)
        frontier.extend(rest)
        return frontier

    def _compare(self, level: int, number: int, hashes: Sequence[bytes]) -> None:
        path = tile_path(level, number, len(hashes))
        try:
            if self._reader.tile(level, number) == hashes:
                self.tiles += 1
                return
            fault = Fault("tile-false", f"The file {path} does not hold the hashes of the entries below it.")
        except TileError as error:
            fault = Fault(error.code, error.sentence)
        self._blame(fault)
