"""A home hub hands sealed clips to the server, in parts, and asks it for the time."""

import msgspec

from vicinage.wire.fields import (
    Count,
    Header,
    Id,
    Instant,
    Label,
    PayloadSize,
    Sha256,
    Thumbnail,
    check_order,
)

UPLOAD_OFFSET = "Upload-Offset"
"""Header of HEAD and PATCH: bytes of the payload that the server already holds."""

PART_BYTES = 4 * 1024 * 1024
"""Largest body of one PATCH."""

OFFER_LIMIT = 512 * 1024
"""Largest JSON body of a ClipOffer."""


class ClipOffer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """POST /api/hub/clips: a clip that is recorded, sealed and waits at home.

    header || payload is an age file; label and thumbnail are age files to the same household.
    """

    id: Id
    camera: Id
    start: Instant
    end: Instant
    payload_sha256: Sha256
    payload_size: PayloadSize
    header: Header = msgspec.field(name="header_b64")
    label: Label = msgspec.field(name="label_b64")
    thumbnail: Thumbnail = msgspec.field(name="thumbnail_b64")

    def __post_init__(self) -> None:
        check_order(self.start, self.end)


class UploadState(msgspec.Struct, frozen=True):
    """Answer to POST, PATCH and a 409: where the upload stands. Both fields are always sent."""

    offset: Count
    complete: bool = False


class ServerTime(msgspec.Struct, frozen=True):
    """GET /api/time."""

    now: Instant
