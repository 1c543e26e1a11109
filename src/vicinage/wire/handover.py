"""A resident hands clips over. Spec of the statements: spec/consent.md."""

from typing import Annotated

import msgspec

from vicinage.wire.fields import Count, Header, Id, Json, Sha256, SignatureB64

HANDOVER_LIMIT = 512 * 1024
"""Largest JSON body of a HandOver."""

CLIPS = 20
"""Most clips in one hand-over."""


class HubStatement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A clip's statement as the hub signed it; also clips/<clip>.json in an evidence package."""

    statement: Json
    signature: SignatureB64


class HandOver(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """POST /api/handovers. `headers` and `hub_statements` have the same clips, one to twenty.

    In JSON a header is base64. code: the second factor, six digits, or empty where a passkey was
    used for this.
    """

    statement: Json
    signature: SignatureB64 = msgspec.field(name="signature_b64")
    commitment: Sha256
    opening: Json
    headers: Annotated[dict[Id, Header], msgspec.Meta(min_length=1, max_length=CLIPS)]
    hub_statements: Annotated[dict[Id, HubStatement], msgspec.Meta(min_length=1, max_length=CLIPS)]
    code: Annotated[str, msgspec.Meta(pattern=r"^([0-9]{6})?\Z")] = ""

    def __post_init__(self) -> None:
        if self.headers.keys() != self.hub_statements.keys():
            raise ValueError("headers and hub_statements should name the same clips")


class HandOverReceipt(msgspec.Struct, frozen=True):
    """Answer to a HandOver: where it stands in the log. `proof` is tlog-proof text.

    While the log is behind (a witness is away) index and proof are null: the consent is recorded, and
    its proof is at /api/handovers/<id>/consent.tlog-proof later.
    """

    id: Id
    index: Count | None
    leaf: Annotated[bytes, msgspec.Meta(max_length=65536)] = msgspec.field(name="leaf_b64")
    proof: Annotated[str, msgspec.Meta(max_length=65536)] | None
