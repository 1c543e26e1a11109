"""Leaves of the log: canonical JSON objects, public ones with structured fields, private ones of one length.

Format: spec/consent.md (private) and spec/rfa.md, spec/regime.md (public).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from vicinage.core import canonical
from vicinage.core.errors import CanonicalError
from vicinage.core.event import PUBLIC_EVENTS
from vicinage.core.span import Span, format_instant, parse_instant

MAX_LEAF = 65535  # an entry bundle gives each entry's length in two bytes


def public(kind: str, at: datetime, fields: Mapping[str, object]) -> bytes:
    """A public leaf: {"v":1,"type":kind,"at":...} and the fields. Raises CanonicalError when too long."""
    leaf = canonical.dumps({**fields, "v": 1, "type": kind, "at": format_instant(at)})
    if len(leaf) > MAX_LEAF:
        raise CanonicalError("leaf-too-long", f"The leaf has {len(leaf)} bytes; the limit is {MAX_LEAF}.")
    return leaf


def private(commitment: str) -> bytes:
    """A private leaf: 95 bytes, whatever it commits to. Raises CanonicalError for a malformed hash."""
    return canonical.dumps({"c": canonical.hex64(commitment, "The commitment"), "type": "private", "v": 1})


def parse(leaf: bytes) -> dict[str, Any]:
    """Read a leaf back: canonical form, version 1, a known type, an instant. Raises CanonicalError."""
    value = canonical.loads_canonical(leaf, MAX_LEAF)
    if not isinstance(value, dict) or value.get("v") != 1 or isinstance(value.get("v"), bool):
        raise CanonicalError("leaf-version", "The leaf is not an object of version 1.")
    if value.get("type") == "private":
        canonical.members(value, ("c", "type", "v"))
        canonical.hex64(value["c"], "The commitment")
    elif value.get("type") in PUBLIC_EVENTS:
        parse_instant(value.get("at"))
    else:
        raise CanonicalError("leaf-type", f"The log knows no event {str(value.get('type'))[:40]!r}.")
    return value


def window(span: Span) -> dict[str, str]:
    """A span as a member of a leaf, in whole seconds."""
    return {"from": format_instant(span.start), "to": format_instant(span.end)}


def read_window(value: object) -> Span:
    """Read a span back. Raises CanonicalError, SpanError; CanonicalError also for another form."""
    fields = canonical.members(value, ("from", "to"))
    span = Span(parse_instant(fields["from"]), parse_instant(fields["to"]))
    if window(span) != value:
        raise CanonicalError("leaf-window", "The time of the leaf is not in its one form.", "Whole seconds.")
    return span
