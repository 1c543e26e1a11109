"""Commitments with one salt per field, so that each field can be shown, or forgotten, by itself.

h_i = SHA-256("vicinage/field/v1" 0x00 name 0x00 salt JCS(value)), names in order of their bytes;
commitment = SHA-256("vicinage/commitment/v1" 0x00 h_1 h_2 ...). Format: spec/consent.md.
"""

import hashlib
import re
from collections.abc import Mapping
from typing import Any

from vicinage.core import canonical
from vicinage.core.errors import ConsentError

NAME = re.compile(r"[a-z][a-z0-9_]{0,31}\Z")
SALT = re.compile(r"[0-9a-f]{32}\Z")
MAX_FIELDS = 64


def _field_hash(name: str, salt: object, value: object) -> bytes:
    if not isinstance(salt, str) or SALT.match(salt) is None:
        raise ConsentError("commitment-salt", f"The salt of {name} must be 32 hexadecimal digits.")
    head = b"vicinage/field/v1\x00" + name.encode() + b"\x00" + bytes.fromhex(salt)
    return hashlib.sha256(head + canonical.dumps(value)).digest()


def _root(hashes: Mapping[str, bytes]) -> str:
    if not 1 <= len(hashes) <= MAX_FIELDS:
        raise ConsentError(
            "commitment-fields", f"A commitment has 1 to {MAX_FIELDS} fields, not {len(hashes)}."
        )
    for name in hashes:
        if NAME.match(name) is None:
            raise ConsentError("commitment-name", f"This is not the name of a field: {name[:40]!r}.")
    joined = b"".join(hashes[name] for name in sorted(hashes))
    return hashlib.sha256(b"vicinage/commitment/v1\x00" + joined).hexdigest()


def commit(fields: Mapping[str, object], salts: Mapping[str, str]) -> str:
    """The commitment to the fields, as 64 hex digits. Raises ConsentError when salts and fields differ."""
    if set(fields) != set(salts):
        raise ConsentError("commitment-salts", "There must be one salt for each field, and none besides.")
    return _root({name: _field_hash(name, salts[name], fields[name]) for name in fields})


def opening(
    fields: Mapping[str, object], salts: Mapping[str, str], hidden: frozenset[str] = frozenset()
) -> dict[str, Any]:
    """The opening of a commitment: value and salt of each field, but only the hash of those in `hidden`."""
    shown: dict[str, Any] = {}
    for name, value in fields.items():
        if name in hidden:
            shown[name] = {"hash": _field_hash(name, salts[name], value).hex()}
        else:
            shown[name] = {"salt": salts[name], "value": value}
    return {"fields": shown}


def check_opening(opened: object, commitment: str) -> dict[str, Any]:
    """The values an opening shows, once known to fit the commitment. Raises ConsentError, CanonicalError."""
    fields = canonical.members(opened, ("fields",))["fields"]
    if not isinstance(fields, dict):
        raise ConsentError("opening-fields", "The opening must have an object of fields.")
    hashes, values = {}, {}
    for name, entry in fields.items():
        if isinstance(entry, dict) and set(entry) == {"hash"}:
            hashes[name] = bytes.fromhex(canonical.hex64(entry["hash"], f"The hash of {name[:40]}"))
        else:
            shown = canonical.members(entry, ("salt", "value"))
            hashes[name] = _field_hash(name, shown["salt"], shown["value"])
            values[name] = shown["value"]
    if _root(hashes) != canonical.hex64(commitment, "The commitment"):
        raise ConsentError("opening-mismatch", "The opening does not fit the commitment in the log.")
    return values
