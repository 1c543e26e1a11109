"""A resident's browser or device keeps keys, cameras and clips with the server, sealed."""

from typing import Annotated

import msgspec

from vicinage.wire.fields import (
    Cell,
    Header,
    Id,
    Instant,
    Key32,
    Label,
    PayloadSize,
    Recipient,
    Sha256,
    Thumbnail,
)

PAGE_CLIPS = 100
"""Most clips in one page of the library."""


class HouseholdKeys(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """GET and POST /api/household. `recovery` is an age passphrase file of the household's text."""

    recipient: Recipient
    signing_key: Key32 = msgspec.field(name="signing_key_b64")
    recovery: Annotated[bytes, msgspec.Meta(min_length=64, max_length=4096)] = msgspec.field(
        name="recovery_b64"
    )


class Camera(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """POST /api/cameras, and one of GET's list. The label is an age file: name, place, hub key."""

    id: Id
    cell: Cell
    label: Label = msgspec.field(name="label_b64")


class CameraToken(msgspec.Struct, frozen=True):
    """Answer to a new camera: the hub's bearer token, shown this once."""

    hub_token: Annotated[str, msgspec.Meta(min_length=20, max_length=200)]


class Clip(msgspec.Struct, frozen=True):
    """GET /api/clips/<id>, and one of a page. Sizes in bytes."""

    id: Id
    camera: Id
    start: Instant
    end: Instant
    payload_size: PayloadSize
    payload_sha256: Sha256
    header: Header = msgspec.field(name="header_b64")
    label: Label = msgspec.field(name="label_b64")
    thumbnail: Thumbnail = msgspec.field(name="thumbnail_b64")


CLIP_LIMIT = 512 * 1024
PAGE_LIMIT = PAGE_CLIPS * CLIP_LIMIT


class ClipPage(msgspec.Struct, frozen=True):
    """GET /api/clips: newest first. `next` is the `before` of the next page, or null."""

    clips: Annotated[list[Clip], msgspec.Meta(max_length=PAGE_CLIPS)]
    next: Id | None = None
