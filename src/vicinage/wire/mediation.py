"""What a resident's browser or device reads of the rfas that are passed on to them. Spec: spec/rfa.md."""

from typing import Annotated

import msgspec

from vicinage.wire.feed import AgencyRecord
from vicinage.wire.fields import Count, Instant, Json

PASSED_ON_LIMIT = 8 * 1024 * 1024
"""Largest list of rfas that are passed on, in bytes."""


class PassedOn(msgspec.Struct, frozen=True):
    """GET /api/rfas/passed-on/<id>: an open mediated rfa, with what its leaf in the log commits to.

    leaf: the `rfa.mediated` entry as logged. fields: what its `sealed` is the hash of. text: what the
    member `text` of the fields is the commitment to.
    """

    index: Count
    leaf: Json
    leaf_bytes: Annotated[bytes, msgspec.Meta(max_length=65535)] = msgspec.field(name="leaf_b64")
    fields: Json
    text: Json
    open_until: Instant
    agency: AgencyRecord


class PassedOnList(msgspec.Struct, frozen=True):
    """GET /api/rfas/passed-on: all of them, newest first; none for who chose to see no rfas."""

    rfas: Annotated[list[PassedOn], msgspec.Meta(max_length=1000)]
