"""Taking a text beside the log down, never silently. Format: spec/log.md.

The leaf stays, and a new entry says that its text is gone, why, and by whose word. A text that is gone
without such an entry is a fault.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from vicinage.core import canonical, leaf
from vicinage.core.errors import RfaError
from vicinage.core.event import Decision, Event, Finding

REASONS = ("court-order", "privacy-law", "safety", "copyright")
MAX_AUTHORITY = 200


class Redaction(NamedTuple):
    """entry: the index whose text is gone. reason: of REASONS. authority: who ordered it, in words."""

    entry: int
    reason: str
    authority: str


def redact(index: int, reason: str, authority: str, at: datetime) -> Decision:
    """Redact the text beside an entry: "redacted" with an event `text.redacted`, or "refused".

    The authority is public, so it must not repeat what is taken down. Raises RfaError for an unknown reason,
    CanonicalError for an index that is none.
    """
    canonical.whole(index, "The index of the entry")
    authority = authority.strip()
    if not 3 <= len(authority) <= MAX_AUTHORITY:
        message = "A redaction must name its authority in 3 to {most} characters."
        source = "House rule: no text of the record is taken down in silence."
        hint = "For example the court and the number of its order."
        finding = Finding(
            "redaction-authority", message, {"most": str(MAX_AUTHORITY)}, source, hint, "authority"
        )
        return Decision("refused", (finding,))
    entry = leaf.public(
        "text.redacted", at, {"entry": index, "reason": _reason(reason), "authority": authority}
    )
    return Decision("redacted", (), Event("text.redacted", str(index), entry, None, private=False))


def _reason(reason: object) -> str:
    if not isinstance(reason, str) or reason not in REASONS:
        raise RfaError(
            "redaction-reason",
            "The reason of a redaction must be one that is known.",
            f"{', '.join(REASONS)}.",
        )
    return reason


def from_leaf(entry: Mapping[str, Any]) -> Redaction:
    """The redaction that a `text.redacted` leaf holds. Raises CanonicalError, RfaError."""
    fields = canonical.members(entry, ("v", "type", "at", "entry", "reason", "authority"))
    index = canonical.whole(fields["entry"], "The index of the entry")
    authority = canonical.text(fields["authority"], "The authority", MAX_AUTHORITY, 3)
    return Redaction(index, _reason(fields["reason"]), authority)
