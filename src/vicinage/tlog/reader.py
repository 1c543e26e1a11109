"""Reads a tiled log of a known size: hashes for proofs, and entries, from any place that has its files.

The place is a function: fetch(path, limit) gives the bytes at a path of `layout`, at most `limit`
of them, or raises TileError with code `tile-missing`.
"""

from collections.abc import Callable, Iterator

from vicinage.tlog import layout, merkle
from vicinage.tlog.errors import TileError
from vicinage.tlog.layout import HEIGHT, WIDTH

Fetch = Callable[[str, int], bytes]

_CACHED_TILES = 256


class Reader:
    """The log's first `size` entries, seen through `fetch`. Nothing read here is trusted by itself:
    a caller checks hashes against a signed root.
    """

    def __init__(self, fetch: Fetch, size: int) -> None:
        self.size = size
        self._fetch = fetch
        self._tiles: dict[tuple[int, int], list[bytes]] = {}

    def tile(self, level: int, index: int) -> list[bytes]:
        """The hashes of one tile, as wide as the log's size makes it.

        Raises TileError (tile-missing, tile-size, tile-path).
        """
        known = self._tiles.get((level, index))
        if known is not None:
            return known
        width = self._width(level, index)
        data = self._get(layout.tile_path(level, index, width), layout.tile_path(level, index), width)
        hashes = layout.parse_tile(data, width)
        if len(self._tiles) >= _CACHED_TILES:
            self._tiles.pop(next(iter(self._tiles)))
        self._tiles[level, index] = hashes
        return hashes

    def read_hash(self, level: int, index: int) -> bytes:
        """The hash of the complete subtree of 2**level leaves at `index` (a `merkle.ReadHash`)."""
        tile_level, height = divmod(level, HEIGHT)
        first = index << height
        number, offset = divmod(first, WIDTH)
        hashes = self.tile(tile_level, number)[offset : offset + (1 << height)]
        if len(hashes) != 1 << height:
            raise TileError(
                "tile-size", f"A log of {self.size} entries has no such subtree ({level}, {index})."
            )
        return merkle.full_root(hashes)

    def bundle(self, index: int) -> list[bytes]:
        """The entries of one bundle. Raises TileError (tile-missing, tile-bundle)."""
        width = self._width(0, index)
        path, whole = layout.bundle_path(index, width), layout.bundle_path(index)
        if width == WIDTH:
            return layout.parse_bundle(self._fetch(path, layout.BUNDLE_LIMIT), width)
        try:
            return layout.parse_bundle(self._fetch(path, layout.BUNDLE_LIMIT), width)
        except TileError as error:
            if error.code != "tile-missing":
                raise
        return layout.parse_bundle(self._fetch(whole, layout.BUNDLE_LIMIT), width, exact=False)

    def entry(self, index: int) -> bytes:
        """The entry at `index`. Raises TileError (tile-path) when the log has no such entry."""
        if not 0 <= index < self.size:
            raise TileError("tile-path", f"A log of {self.size} entries has no entry {index}.")
        return self.bundle(index // WIDTH)[index % WIDTH]

    def bundles(self) -> Iterator[tuple[int, list[bytes]]]:
        """Every bundle in order, with the index of its first entry."""
        for number in range((self.size + WIDTH - 1) // WIDTH):
            yield number * WIDTH, self.bundle(number)

    def frontier(self) -> merkle.Frontier:
        """The frontier of the whole log, from its tiles (not from its entries)."""
        return merkle.frontier_at(self.size, self.read_hash)

    def inclusion(self, index: int) -> tuple[bytes, ...]:
        """The inclusion proof of entry `index` in this size."""
        return merkle.prove_inclusion(index, self.size, self.read_hash)

    def consistency(self, old: int) -> tuple[bytes, ...]:
        """The proof that this size begins with the log of `old` entries."""
        return merkle.prove_consistency(old, self.size, self.read_hash)

    def _width(self, level: int, index: int) -> int:
        width = layout.tile_width(level, index, self.size) if index >= 0 else 0
        if width == 0:
            raise TileError("tile-path", f"A log of {self.size} entries has no tile {level}/{index}.")
        return width

    def _get(self, path: str, whole: str, width: int) -> bytes:
        """The partial tile, or the full one that replaced it."""
        try:
            return self._fetch(path, layout.TILE_LIMIT)
        except TileError as error:
            if error.code != "tile-missing" or width == WIDTH:
                raise
        return self._fetch(whole, layout.TILE_LIMIT)
