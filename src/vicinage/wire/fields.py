"""The kinds of field that several messages share, each with its limits.

In JSON, bytes are standard base64 with padding, and the field's name ends in `_b64`; in Python the
attribute has no such ending and holds the bytes themselves.
"""

from datetime import datetime
from typing import Annotated, Any

import msgspec

HEADER_BYTES = 8 * 1024
LABEL_BYTES = 8 * 1024
THUMBNAIL_BYTES = 256 * 1024
PAYLOAD_BYTES = 4 * 1024**3

Id = Annotated[str, msgspec.Meta(pattern=r"^[a-z2-7]{16}\Z")]
"""80 random bits in lower-case base32."""

Sha256 = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
"""A SHA-256 hash in lower-case hex."""

Instant = Annotated[
    str, msgspec.Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{3})?Z\Z")
]
"""An RFC 3339 instant in UTC, whole seconds or milliseconds."""

Cell = Annotated[str, msgspec.Meta(pattern=r"^8[0-9a-f]{14}\Z")]
"""An H3 cell index in hex."""

Recipient = Annotated[str, msgspec.Meta(pattern=r"^age1[02-9ac-hj-np-z]{58}\Z")]
"""An age X25519 recipient. Its checksum is checked by seal.keys."""

Key32 = Annotated[bytes, msgspec.Meta(min_length=32, max_length=32)]
Header = Annotated[bytes, msgspec.Meta(min_length=64, max_length=HEADER_BYTES)]
Label = Annotated[bytes, msgspec.Meta(min_length=64, max_length=LABEL_BYTES)]
Thumbnail = Annotated[bytes, msgspec.Meta(max_length=THUMBNAIL_BYTES)]
PayloadSize = Annotated[int, msgspec.Meta(ge=32, le=PAYLOAD_BYTES)]
Count = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
SignatureB64 = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9+/]{86}==\Z")]
"""An Ed25519 signature, left in base64: it is quoted, not computed with."""

Json = dict[str, Any]
"""A JSON object whose content a lower floor parses: a statement, an opening, GeoJSON."""


def check_order(start: str, end: str) -> None:
    """Refuse a span that does not exist or ends before it starts. Raises ValueError."""
    if datetime.fromisoformat(end) <= datetime.fromisoformat(start):
        raise ValueError(f"the end {end} should be later than the start {start}")
