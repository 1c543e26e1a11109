"""Text beside the log: salted JSON that a leaf commits to, so that a law may take the words down.

commitment = SHA-256("vicinage/text/v1" 0x0A canonical JSON). Without the salt, which goes with the text,
nobody can guess the words from the leaf.
"""

import hashlib
import re
from collections.abc import Mapping
from typing import Any

from vicinage.core import canonical
from vicinage.core.errors import RfaError

SALT = re.compile(r"[0-9a-f]{32}\Z")


def text(salt: str, words: Mapping[str, object]) -> bytes:
    """The bytes to serve beside the log. salt: 32 hex digits of chance. Raises RfaError for another salt."""
    if not isinstance(salt, str) or SALT.match(salt) is None:
        raise RfaError("rfa-salt", "The salt of the text must be 32 hexadecimal digits.")
    return canonical.dumps({**words, "salt": salt})


def commitment(text: bytes) -> str:
    """What the leaf holds of the text beside the log: 64 hex digits."""
    return hashlib.sha256(b"vicinage/text/v1\n" + text).hexdigest()


def check(value: Mapping[str, Any], committed: str) -> None:
    """That a text, as read, is the one a leaf commits to. Raises RfaError."""
    salt = value.get("salt") if isinstance(value, dict) else None
    if not isinstance(salt, str) or SALT.match(salt) is None:
        raise RfaError("rfa-salt", "The salt of the text must be 32 hexadecimal digits.")
    if commitment(canonical.dumps(dict(value))) != committed:
        raise RfaError("rfa-text-mismatch", "The text beside the log is not the one that the log commits to.")


def read(value: Mapping[str, Any] | None, committed: object, most: Mapping[str, int]) -> dict[str, str]:
    """The words of a text, each of at most so many characters; empty ones when the text is not there.

    Raises RfaError when it does not fit the commitment, CanonicalError for other members.
    """
    kept = canonical.hex64(committed, "The commitment to the text")
    if value is None:
        return dict.fromkeys(most, "")
    canonical.members(value, ("salt", *most))
    check(value, kept)
    return {name: canonical.text(value[name], name, length, least=0) for name, length in most.items()}
