"""Reads the public age test vectors (npm package cctv-age) as Python values."""

import base64
import re
import zlib
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "web/node_modules/cctv-age/index.js"
_ENTRY = re.compile(r'^// \.\./testdata/(\S+)\nvar \w+ = __toBinary\("([A-Za-z0-9+/=]+)"\);', re.MULTILINE)


@dataclass(frozen=True)
class Vector:
    """One vector: expect and payload as its README says; `data` is the age file."""

    name: str
    expect: str
    payload: str
    identities: tuple[str, ...]
    passphrases: tuple[str, ...]
    armored: bool
    data: bytes


def vectors() -> list[Vector]:
    """All vectors of the package."""
    return [_parse(name, base64.b64decode(body)) for name, body in _ENTRY.findall(SOURCE.read_text())]


def _parse(name: str, raw: bytes) -> Vector:
    head, data = raw.split(b"\n\n", 1)
    pairs = [line.split(": ", 1) for line in head.decode().splitlines()]
    every = {key: tuple(v for k, v in pairs if k == key) for key, _ in pairs}
    if every.get("compressed") == ("zlib",):
        data = zlib.decompress(data)
    return Vector(
        name,
        every["expect"][0],
        every.get("payload", ("",))[0],
        every.get("identity", ()),
        every.get("passphrase", ()),
        "armored" in every,
        data,
    )
