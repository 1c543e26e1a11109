"""Ids: 80 random bits in lower-case base32, sixteen characters of a-z and 2-7."""

import base64
import re

from vicinage.core.errors import IdError

ID = re.compile(r"[a-z2-7]{16}\Z")


def parse_id(text: object) -> str:
    """Give the text back if it is an id. Raises IdError."""
    if not isinstance(text, str) or ID.match(text) is None:
        raise IdError(
            "id-malformed",
            f"This is not an id: {str(text)[:40]!r}.",
            "An id is sixteen characters of a-z and 2-7.",
        )
    return text


def make_id(ten_bytes: bytes) -> str:
    """Make an id from ten random bytes. Raises IdError for another number of bytes."""
    if len(ten_bytes) != 10:
        raise IdError("id-length", f"An id is made from 10 bytes, not {len(ten_bytes)}.")
    return base64.b32encode(ten_bytes).decode("ascii").lower()
