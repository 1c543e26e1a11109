"""The pairing code: one line that tells a hub its server, its camera and whom to seal to.

    "vicinage-pair-1." + base64url without padding of RFC 8785 JSON

It is made in the owner's browser and typed or pasted at the hub. It holds the hub's token and
signing seed, so it is a secret; no household secret is in it. Spec: spec/pairing.md.
"""

import base64
import binascii
from typing import Annotated
from urllib.parse import urlsplit

import msgspec
import rfc8785

from vicinage.wire.codec import WireError, decode
from vicinage.wire.fields import Cell, Id, Key32, Recipient

PREFIX = "vicinage-pair-1."
LIMIT = 8 * 1024


class Pairing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a pairing code says. lat, lon in degrees (WGS 84); seed: the hub's Ed25519 seed.

    server: an origin such as "https://example.org", without a path.
    """

    v: Annotated[int, msgspec.Meta(ge=1, le=1)]
    server: Annotated[str, msgspec.Meta(max_length=300)]
    token: Annotated[str, msgspec.Meta(min_length=20, max_length=200, pattern=r"^[A-Za-z0-9._~-]+\Z")]
    camera: Id
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    lat: Annotated[float, msgspec.Meta(ge=-90, le=90)]
    lon: Annotated[float, msgspec.Meta(ge=-180, le=180)]
    cell: Cell
    recipients: Annotated[list[Recipient], msgspec.Meta(min_length=1, max_length=10)]
    seed: Key32 = msgspec.field(name="seed_b64")

    def __post_init__(self) -> None:
        parts = urlsplit(self.server)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("server should be an http or https address")
        if parts.path or parts.query or parts.fragment or parts.username:
            raise ValueError("server should be an origin, without path, query or user")

    def __repr__(self) -> str:
        return f"Pairing(server={self.server!r}, camera={self.camera!r})"


def make_code(pairing: Pairing) -> str:
    """The pairing code, one line."""
    canonical = rfc8785.dumps(msgspec.to_builtins(pairing))
    return PREFIX + base64.urlsafe_b64encode(canonical).rstrip(b"=").decode()


def parse_code(code: str) -> Pairing:
    """The pairing in a code; spaces and line breaks within it are dropped, as pasting adds them.

    Raises WireError: pairing-not-a-code, pairing-damaged.
    """
    text = "".join(code.split())
    if not text.startswith(PREFIX) or len(text) > LIMIT:
        raise WireError(
            "pairing-not-a-code",
            f'A pairing code should start with "{PREFIX}" and have at most {LIMIT} characters.',
            "Copy the whole line that the camera page shows.",
        )
    body = text.removeprefix(PREFIX)
    try:
        data = base64.b64decode(body + "=" * (-len(body) % 4), altchars=b"-_", validate=True)
        return decode(Pairing, data, LIMIT)
    except (binascii.Error, ValueError, WireError) as error:
        raise WireError(
            "pairing-damaged",
            "The pairing code is cut short or was changed.",
            "Copy the whole line that the camera page shows.",
        ) from error
