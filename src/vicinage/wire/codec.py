"""Bytes to messages and back: the one place where JSON of the other side is parsed."""

from typing import TypeVar

import msgspec

from vicinage.errors import VicinageError

T = TypeVar("T")

LIMIT = 1024 * 1024
"""Largest JSON body, in bytes, unless the message names a limit of its own."""


class WireError(VicinageError):
    """A message that is too large, not JSON, or not the message that was expected."""


def decode(kind: type[T], data: bytes, limit: int = LIMIT) -> T:
    """The message of this kind in `data` (UTF-8 JSON, at most `limit` bytes).

    Raises WireError: wire-too-large, wire-not-json, wire-not-the-message. Its sentence names the
    field that is wrong.
    """
    if len(data) > limit:
        raise WireError(
            "wire-too-large",
            f"The message has {len(data)} bytes; at most {limit} are accepted.",
            "Send less in one message.",
        )
    try:
        return msgspec.json.decode(data, type=kind)
    except msgspec.ValidationError as error:
        raise WireError(
            "wire-not-the-message",
            f"The message is not a {_name(kind)}: {error}.",
            "Send the fields that spec/wire.md lists.",
        ) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise WireError(
            "wire-not-json",
            "The message should be JSON in UTF-8, and is not.",
            "Send Content-Type: application/json.",
        ) from error


def encode(message: object) -> bytes:
    """The message as UTF-8 JSON."""
    return msgspec.json.encode(message)


def _name(kind: type[object]) -> str:
    """The kind in words: `list[Camera]` keeps its brackets."""
    return kind.__name__ if isinstance(kind, type) and not hasattr(kind, "__args__") else str(kind)
