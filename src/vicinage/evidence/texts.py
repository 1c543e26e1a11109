"""The texts beside a log: which entry has one, under which name, and whether it is the one committed to."""

import hashlib
from collections.abc import Mapping
from typing import Any

from vicinage.core import beside
from vicinage.core.rules import MAX_BYTES
from vicinage.tlog import layout
from vicinage.tlog.errors import TileError
from vicinage.tlog.reader import Fetch

TEXT_LIMIT = 256 * 1024

_JSON = ("rfa.published", "post.published", "assembly.entered", "agency.suspended")
_TOML = ("regime.adopted", "regime.announced")


def suffix(kind: str) -> str | None:
    """`json` or `toml`, for an event of this kind; None when such events have no text."""
    return "json" if kind in _JSON else "toml" if kind in _TOML else None


def fits(value: Mapping[str, Any], data: bytes) -> bool:
    """Whether the bytes are the text that the leaf `value` commits to."""
    if value["type"] in _TOML:
        return bool(value.get("sha256") == hashlib.sha256(data).hexdigest())
    return bool(value.get("text") == beside.commitment(data))


def find(fetch: Fetch, index: int, kind: str) -> bytes | None:
    """The text beside entry `index`, or None when it is not there. Raises TileError, WireError."""
    ending = suffix(kind) or "json"
    try:
        return fetch(layout.text_path(index, ending), MAX_BYTES if ending == "toml" else TEXT_LIMIT)
    except TileError as error:
        if error.code == "tile-missing":
            return None
        raise
