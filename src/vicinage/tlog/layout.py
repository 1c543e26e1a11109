"""Where a log keeps its tiles, and how tiles and entry bundles are written down (c2sp.org/tlog-tiles).

tile/<L>/<N>[.p/<W>]         hashes, 32 bytes each; level L counts complete tiles of level L - 1
tile/entries/<N>[.p/<W>]     entries, each after its length as a big-endian uint16
"""

import struct
from collections.abc import Sequence

from vicinage.tlog.errors import TileError
from vicinage.tlog.merkle import HASH_SIZE

HEIGHT = 8
WIDTH = 1 << HEIGHT
TILE_LIMIT = WIDTH * HASH_SIZE
ENTRY_LIMIT = 0xFFFF
BUNDLE_LIMIT = WIDTH * (2 + ENTRY_LIMIT)
MAX_LEVEL = 63

CHECKPOINT = "checkpoint"
POLICY = "policy"
VKEYS = "vkeys"
VKEYS_MLDSA = "vkeys-mldsa"


def _number(index: int, width: int) -> str:
    """`x001/x234/067` for 1234067, with `.p/<W>` when width is below 256."""
    if index < 0 or not 1 <= width <= WIDTH:
        raise TileError("tile-path", f"No tile has index {index} and width {width}.")
    parts = [f"{index % 1000:03d}"]
    while index >= 1000:
        index //= 1000
        parts.insert(0, f"x{index % 1000:03d}")
    path = "/".join(parts)
    return path if width == WIDTH else f"{path}.p/{width}"


def tile_path(level: int, index: int, width: int = WIDTH) -> str:
    """The path of a hash tile. level: 0 to 63. Raises TileError (tile-path)."""
    if not 0 <= level <= MAX_LEVEL:
        raise TileError("tile-path", f"No tile has level {level}; levels are 0 to {MAX_LEVEL}.")
    return f"tile/{level}/{_number(index, width)}"


def bundle_path(index: int, width: int = WIDTH) -> str:
    """The path of an entry bundle. Raises TileError (tile-path)."""
    return f"tile/entries/{_number(index, width)}"


def text_path(index: int, suffix: str = "json") -> str:
    """The path of the text that lies beside entry `index`: `texts/<index>.json` or `.toml`."""
    return f"texts/{index}.{suffix}"


def tile_width(level: int, index: int, size: int) -> int:
    """How many hashes the tile holds in a log of `size` entries: 0 to 256."""
    return max(0, min(WIDTH, (size >> (HEIGHT * level)) - index * WIDTH))


def encode_bundle(entries: Sequence[bytes]) -> bytes:
    """Entries as one bundle. Raises TileError (tile-entry) for one above 65,535 bytes."""
    for entry in entries:
        if len(entry) > ENTRY_LIMIT:
            raise TileError("tile-entry", f"An entry has {len(entry)} bytes; at most {ENTRY_LIMIT} fit.")
    return b"".join(struct.pack(">H", len(entry)) + entry for entry in entries)


def parse_bundle(data: bytes, count: int, exact: bool = True) -> list[bytes]:
    """The first `count` entries of a bundle; exact: nothing may follow them.

    Raises TileError (tile-bundle) when the bundle is too short or too long.
    """
    entries = []
    at, end = 0, len(data)
    for _ in range(count):
        start = at + 2
        at = start + (data[start - 2] << 8 | data[start - 1]) if start <= end else end + 1
        if at > end:
            raise TileError("tile-bundle", f"A bundle of entries ends early; it should hold {count}.")
        entries.append(data[start:at])
    if exact and at != end:
        raise TileError("tile-bundle", f"A bundle holds {end - at} bytes after its {count} entries.")
    return entries


def parse_tile(data: bytes, width: int) -> list[bytes]:
    """The first `width` hashes of a tile's bytes. Raises TileError (tile-size)."""
    if len(data) not in (width * HASH_SIZE, TILE_LIMIT):
        raise TileError(
            "tile-size", f"A tile has {len(data)} bytes; it should have {width * HASH_SIZE} or {TILE_LIMIT}."
        )
    return [data[i : i + HASH_SIZE] for i in range(0, width * HASH_SIZE, HASH_SIZE)]
