"""Closes a clip: hashes it, seals it to the household, states and signs what it is.

The plaintext is here in memory only. The file key of the payload is not kept: after this, only a
reader named in the pairing code can open the clip.
"""

import io
import os
from datetime import datetime, timedelta
from typing import BinaryIO, NamedTuple

import rfc8785

from vicinage.core.clip import MAX_MOTION, ClipStatement, signed_bytes
from vicinage.core.ids import make_id
from vicinage.core.span import Span, format_instant
from vicinage.hub.camera import Picture
from vicinage.seal import box, header, sign
from vicinage.wire.fields import THUMBNAIL_BYTES
from vicinage.wire.hub import ClipOffer
from vicinage.wire.pairing import Pairing

LABEL_MOTION = 100
"""Most motion intervals in a statement: its sealed label has at most 8 KiB."""


class Clip(NamedTuple):
    """A clip still open. motion: seconds from its start. clock_offset_ms: hub minus server, or None."""

    mp4: bytes
    thumbnail: bytes
    picture: Picture
    start: datetime
    length_s: float
    motion: list[tuple[float, float]]
    clock_offset_ms: int | None


def new_id() -> str:
    """A new clip's id."""
    return make_id(os.urandom(10))


def close(clip: Clip, clip_id: str, pairing: Pairing, payload: BinaryIO) -> tuple[ClipOffer, ClipStatement]:
    """Write the sealed payload, and give the offer for the server with the statement sealed in it.

    Raises OSError where `payload` cannot be written.
    """
    file_key = box.new_file_key()
    sealed = box.seal_stream(io.BytesIO(clip.mp4), payload, file_key)
    statement = ClipStatement(
        clip=clip_id,
        camera=pairing.camera,
        span=Span(_whole_ms(clip.start), _whole_ms(clip.start) + timedelta(milliseconds=_ms(clip.length_s))),
        clock_offset_ms=clip.clock_offset_ms,
        sha256=sealed.sha256_plain,
        size=sealed.size_plain,
        payload_sha256=sealed.sha256_payload,
        codec=clip.picture.codec,
        width=clip.picture.width,
        height=clip.picture.height,
        motion=tuple((_ms(a), _ms(b)) for a, b in clip.motion)[: min(LABEL_MOTION, MAX_MOTION)],
        hub=sign.public_key(pairing.seed),
    )
    signature = sign.sign(pairing.seed, signed_bytes(statement))
    label = rfc8785.dumps({"v": 1, "statement": statement.members(), "signature": signature})  # type: ignore[dict-item]
    thumbnail = clip.thumbnail if len(clip.thumbnail) < THUMBNAIL_BYTES - 8192 else b""
    offer = ClipOffer(
        id=clip_id,
        camera=pairing.camera,
        start=format_instant(statement.span.start, milliseconds=True),
        end=format_instant(statement.span.end, milliseconds=True),
        payload_sha256=sealed.sha256_payload,
        payload_size=sealed.size_payload,
        header=header.make(file_key, pairing.recipients),
        label=box.seal_bytes(label, pairing.recipients),
        thumbnail=box.seal_bytes(thumbnail, pairing.recipients),
    )
    return offer, statement


def _ms(seconds: float) -> int:
    return max(0, round(seconds * 1000))


def _whole_ms(at: datetime) -> datetime:
    return at.replace(microsecond=at.microsecond // 1000 * 1000)
