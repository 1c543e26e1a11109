"""What a home hub states of a clip it recorded and sealed. Format: spec/clip.md.

Checking the hub's signature needs cryptography and is done on the floor above, by seal.sign.
"""

import re
from dataclasses import dataclass

from vicinage.core import canonical
from vicinage.core.errors import CanonicalError, ClipError
from vicinage.core.ids import parse_id
from vicinage.core.span import Span, format_instant, parse_instant

DOMAIN = b"vicinage/clip/v1\n"
CODEC = re.compile(r"[a-z0-9][a-z0-9._-]{0,31}\Z")
MAX_MOTION = 1000
MAX_CLIP_MS = 24 * 3600 * 1000
_FIELDS = (
    *("v", "type", "clip", "camera", "start", "end", "clock_offset_ms"),
    *("sha256", "size", "payload_sha256", "video", "motion", "hub"),
)


@dataclass(frozen=True)
class ClipStatement:
    """A clip as its hub states it.

    span: of the recording, in UTC, to the millisecond. clock_offset_ms: hub's clock minus the time
    source's, None if it could not be measured. sha256, size: of the MP4 before sealing. payload_sha256:
    of what was stored. motion: [start, end) in milliseconds from the start of the clip. hub: its
    Ed25519 public key, base64.
    """

    clip: str
    camera: str
    span: Span
    clock_offset_ms: int | None
    sha256: str
    size: int
    payload_sha256: str
    codec: str
    width: int
    height: int
    motion: tuple[tuple[int, int], ...]
    hub: str

    def members(self) -> dict[str, object]:
        """The statement as a JSON object."""
        return {
            "v": 1,
            "type": "clip",
            "clip": self.clip,
            "camera": self.camera,
            "start": format_instant(self.span.start, milliseconds=True),
            "end": format_instant(self.span.end, milliseconds=True),
            "clock_offset_ms": self.clock_offset_ms,
            "sha256": self.sha256,
            "size": self.size,
            "payload_sha256": self.payload_sha256,
            "video": {"codec": self.codec, "width": self.width, "height": self.height},
            "motion": [list(pair) for pair in self.motion],
            "hub": self.hub,
        }


def _motion(value: object) -> tuple[tuple[int, int], ...]:
    if not isinstance(value, list) or len(value) > MAX_MOTION:
        raise ClipError("clip-motion", f"The motion must be a list of at most {MAX_MOTION} pairs.")
    pairs = []
    for pair in value:
        if not isinstance(pair, list) or len(pair) != 2:
            raise ClipError("clip-motion", "Each motion must be a pair [start, end] in milliseconds.")
        start = canonical.whole(pair[0], "The start of a motion", 0, MAX_CLIP_MS)
        pairs.append((start, canonical.whole(pair[1], "The end of a motion", start, MAX_CLIP_MS)))
    return tuple(pairs)


def parse_statement(value: object) -> ClipStatement:
    """Read a hub's statement from a JSON value. Raises ClipError, CanonicalError, IdError, SpanError."""
    fields = canonical.members(value, _FIELDS)
    if fields["v"] != 1 or isinstance(fields["v"], bool) or fields["type"] != "clip":
        raise ClipError("clip-version", "This is not a clip statement of version 1.")
    video = canonical.members(fields["video"], ("codec", "width", "height"))
    if not isinstance(video["codec"], str) or CODEC.match(video["codec"]) is None:
        raise CanonicalError("clip-codec", "The codec must be a short name in small letters.")
    offset = fields["clock_offset_ms"]
    if offset is not None:
        offset = canonical.whole(offset, "The clock offset", -canonical.MAX_INT)
    statement = ClipStatement(
        clip=parse_id(fields["clip"]),
        camera=parse_id(fields["camera"]),
        span=Span(parse_instant(fields["start"]), parse_instant(fields["end"])),
        clock_offset_ms=offset,
        sha256=canonical.hex64(fields["sha256"], "The hash of the clip"),
        size=canonical.whole(fields["size"], "The size of the clip", 1),
        payload_sha256=canonical.hex64(fields["payload_sha256"], "The hash of the payload"),
        codec=video["codec"],
        width=canonical.whole(video["width"], "The width", 1, 16384),
        height=canonical.whole(video["height"], "The height", 1, 16384),
        motion=_motion(fields["motion"]),
        hub=canonical.key32(fields["hub"], "The hub's key"),
    )
    if statement.members() != value:
        raise ClipError("clip-form", "The clip statement is not in its one form.", "Times have milliseconds.")
    return statement


def signed_bytes(statement: ClipStatement) -> bytes:
    """The bytes a hub signs: a domain line and the canonical JSON."""
    return DOMAIN + canonical.dumps(statement.members())
