"""Canonical JSON (RFC 8785, "JCS") out, strict JSON in, and the reading of members with limits."""

import base64
import binascii
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

import rfc8785

from vicinage.core.errors import CanonicalError

HEX64 = re.compile(r"[0-9a-f]{64}\Z")
ODD_NUMBER = re.compile(rb"[0-9][.]0(?![0-9])|[0-9][eE]|-0(?![.])|[0-9]{16}")
MAX_INT = 2**53 - 1  # the largest integer that every JSON reader keeps


def dumps(value: object) -> bytes:
    """The one canonical form of a JSON value. Raises CanonicalError for what JSON cannot hold."""
    try:
        return rfc8785.dumps(value)  # type: ignore[arg-type]  # it refuses what is not JSON itself
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, RecursionError) as e:
        raise CanonicalError("json-unsayable", f"This value has no canonical JSON form: {e}.") from e


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise CanonicalError("json-twin-member", "A JSON object names the same member twice.")
    return found


def _no_constant(name: str) -> None:
    raise CanonicalError("json-not-a-number", f"JSON has no number {name}.")


def loads(data: bytes, limit: int = 65536) -> Any:
    """Read JSON in UTF-8 of at most `limit` bytes, without twin members and NaN. Raises CanonicalError."""
    if len(data) > limit:
        raise CanonicalError("json-too-long", f"The JSON has {len(data)} bytes; the limit is {limit}.")
    try:
        return json.loads(data.decode("utf-8"), object_pairs_hook=_no_twins, parse_constant=_no_constant)
    except (ValueError, RecursionError) as e:
        raise CanonicalError("json-unreadable", f"This is not JSON: {e}.") from e


def loads_canonical(data: bytes, limit: int = 65536) -> Any:
    """Read JSON that must already be in canonical form, byte for byte. Raises CanonicalError.

    Numbers written as integers beyond 2^53 are refused: not every reader keeps them.
    """
    value = loads(data, limit)
    if not _is_plainly_canonical(value, data) and dumps(value) != data:
        raise CanonicalError("json-not-canonical", "The JSON is not in canonical form (RFC 8785).")
    return value


def _is_plainly_canonical(value: Any, data: bytes) -> bool:
    """Whether the quick writer gives just these bytes, and nothing is in them that it writes otherwise.

    It sorts names by code points, which is the same in ASCII, and writes no number in RFC 8785's way that
    ends in .0, has an exponent, is -0, or has 16 digits or more. False says nothing; the slow writer decides.
    """
    if not data.isascii() or ODD_NUMBER.search(data):
        return False
    try:
        return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode() == data
    except (ValueError, TypeError, RecursionError):
        return False


def members(value: object, names: Iterable[str], optional: Iterable[str] = ()) -> Mapping[str, Any]:
    """An object with just these members. Raises CanonicalError naming what is missing or extra."""
    if not isinstance(value, dict):
        raise CanonicalError("json-not-object", "A JSON object was expected here.")
    needed = set(names)
    missing = sorted(needed - value.keys())
    if missing:
        raise CanonicalError("json-member-missing", f"These members are missing: {', '.join(missing)}.")
    extra = sorted(str(name)[:40] for name in value.keys() - needed - set(optional))
    if extra:
        raise CanonicalError(
            "json-member-extra", f"These members are not known here: {', '.join(extra[:5])}."
        )
    return value


def text(value: object, name: str, most: int, least: int = 1) -> str:
    """A string of `least` to `most` characters without control characters (line ends are allowed)."""
    if not isinstance(value, str) or not least <= len(value) <= most:
        raise CanonicalError("json-text", f"{name} must be a text of {least} to {most} characters.")
    if any((ch < " " and ch not in "\n\r\t") or "\ud800" <= ch <= "\udfff" or ch == "\x7f" for ch in value):
        raise CanonicalError("json-text-control", f"{name} holds characters that cannot be shown.")
    return value


def whole(value: object, name: str, least: int = 0, most: int = MAX_INT) -> int:
    """An integer between two limits, both allowed."""
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise CanonicalError("json-whole", f"{name} must be a whole number from {least} to {most}.")
    return value


def hex64(value: object, name: str) -> str:
    """A SHA-256 in lower-case hexadecimal."""
    if not isinstance(value, str) or HEX64.match(value) is None:
        raise CanonicalError("json-hash", f"{name} must be 64 hexadecimal digits in lower case.")
    return value


def key32(value: object, name: str) -> str:
    """A 32-byte key in standard base64 with padding, given back as text."""
    try:
        raw = base64.b64decode(value.encode("ascii"), validate=True) if isinstance(value, str) else b""
    except (binascii.Error, UnicodeEncodeError, ValueError):
        raw = b""
    if len(raw) != 32 or base64.b64encode(raw).decode("ascii") != value:
        raise CanonicalError("json-key", f"{name} must be 32 bytes in standard base64.")
    return str(value)
