"""The life of a Request for Assistance ("rfa") in decisions: submit, publish, reject, resolve, and read
back from the public record. Format: spec/rfa.md.
"""

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from vicinage.core import canonical, leaf
from vicinage.core.agency import Agency
from vicinage.core.draft import Earlier, Rfa, incident, posts_before
from vicinage.core.errors import RfaError
from vicinage.core.event import Decision, Event, Finding
from vicinage.core.ids import parse_id
from vicinage.core.judge import judge
from vicinage.core.place import parse_area
from vicinage.core.regime import Regime
from vicinage.core.span import Span, format_instant, parse_instant

__all__ = [
    "Earlier",
    "Record",
    "Rfa",
    "from_record",
    "incident",
    "publish",
    "reject",
    "resolve",
    "resolved_from_leaf",
    "submit",
    "text_commitment",
]

TEXT_FIELDS = ("title", "text", "contact")  # beside the log; may be redacted by law, never silently
MAX_REASON = 2000
SALT = re.compile(r"[0-9a-f]{32}\Z")
_LEAF_FIELDS = (
    *("v", "type", "at", "rfa", "agency", "regime", "submitted_at"),
    *("area", "window", "offence", "reference", "post", "text"),
)


class Record(NamedTuple):
    """An rfa as the public record holds it.

    rfa: with empty title, text and contact when the text is not there. regime: the name of the one it
    was published under. post: 1 or 2, the how-manieth on its incident. commitment: to the text.
    redacted: whether the text is not there.
    """

    rfa: Rfa
    submitted_at: datetime
    published_at: datetime
    regime: str
    post: int
    commitment: str
    redacted: bool


def submit(
    regime: Regime, rfa: Rfa, agency: Agency | None, earlier: tuple[Earlier, ...], at: datetime
) -> Decision:
    """Hand a draft to the moderators: "submitted", or "refused" with findings.

    earlier: the agency's rfas that are submitted or published; those rejected do not count.
    """
    findings = judge(regime, rfa, agency, earlier, at)
    return Decision("refused" if findings else "submitted", findings)


def publish(
    regime: Regime,
    rfa: Rfa,
    agency: Agency | None,
    earlier: tuple[Earlier, ...],
    submitted_at: datetime,
    at: datetime,
    salt: str,
) -> Decision:
    """Publish for good: "published" with an event `rfa.published`, or "refused" with findings.

    It is judged once more as of submitted_at. regime: the one in force now. earlier: the agency's rfas
    published before, and only those, so that the log alone tells the number of the post. salt: 32 hex
    digits of chance. Raises RfaError for a malformed salt, PlaceError and IdError for a malformed rfa.
    """
    findings = judge(regime, rfa, agency, earlier, submitted_at)
    if findings or rfa.area is None or rfa.window is None:
        return Decision("refused", findings)
    if SALT.match(salt) is None:
        raise RfaError("rfa-salt", "The salt of the text must be 32 hexadecimal digits.")
    text = canonical.dumps({"salt": salt, **{name: getattr(rfa, name) for name in TEXT_FIELDS}})
    fields: dict[str, object] = {
        "rfa": parse_id(rfa.id),
        "agency": parse_id(rfa.agency),
        "regime": regime.name,
        "submitted_at": format_instant(submitted_at),
        "area": rfa.area.geojson(),
        "window": {"from": format_instant(rfa.window.start), "to": format_instant(rfa.window.end)},
        "offence": rfa.offence,
        "reference": rfa.reference,
        "post": posts_before(rfa, earlier) + 1,
        "text": text_commitment(text),
    }
    entry = leaf.public("rfa.published", at, fields)
    return Decision("published", (), Event("rfa.published", rfa.id, entry, text, private=False))


def text_commitment(text: bytes) -> str:
    """What the leaf holds of the text beside the log: SHA-256 over a domain and its canonical JSON."""
    return hashlib.sha256(b"vicinage/text/v1\n" + text).hexdigest()


def reject(rfa: Rfa, reason: str) -> Decision:
    """Turn a submitted rfa down: "rejected", or "refused" when no reason is given to the officer."""
    if 1 <= len(reason.strip()) <= MAX_REASON:
        return Decision("rejected")
    finding = Finding(
        "rejection-reason",
        "A rejection must give its reason in 1 to {most} characters.",
        {"most": str(MAX_REASON)},
        "House rule: a rejection names its reason.",
        "Say which rule the text breaks and what the officer may change.",
        "reason",
    )
    return Decision("refused", (finding,))


def resolve(rfa_id: str, at: datetime) -> Decision:
    """Mark a published rfa as resolved: an event `rfa.resolved`. It stays public."""
    entry = leaf.public("rfa.resolved", at, {"rfa": parse_id(rfa_id)})
    return Decision("resolved", (), Event("rfa.resolved", rfa_id, entry, None, private=False))


def resolved_from_leaf(entry: Mapping[str, Any]) -> str:
    """The id of the rfa that an `rfa.resolved` leaf closes. Raises CanonicalError, IdError."""
    return parse_id(canonical.members(entry, ("v", "type", "at", "rfa"))["rfa"])


def _texts(text: Mapping[str, Any] | None, commitment: str) -> dict[str, str]:
    if text is None:
        return dict.fromkeys(TEXT_FIELDS, "")
    canonical.members(text, ("salt", *TEXT_FIELDS))
    if text_commitment(canonical.dumps(dict(text))) != commitment:
        raise RfaError("rfa-text-mismatch", "The text beside the log is not the one that the log commits to.")
    return {name: canonical.text(text[name], name, 20000, least=0) for name in TEXT_FIELDS}


def from_record(entry: Mapping[str, Any], text: Mapping[str, Any] | None) -> Record:
    """Read an `rfa.published` leaf, and the text beside it if that is there, back into values.

    Raises RfaError when the text does not fit the leaf's commitment; PlaceError, SpanError, IdError,
    CanonicalError for broken fields.
    """
    fields = canonical.members(entry, _LEAF_FIELDS)
    if fields["v"] != 1 or fields["type"] != "rfa.published":
        raise RfaError("rfa-leaf-type", "The leaf is not one of a published Request for Assistance.")
    window = canonical.members(fields["window"], ("from", "to"))
    area = parse_area(fields["area"])
    times = (window["from"], window["to"], fields["submitted_at"], fields["at"])
    if area.geojson() != fields["area"] or any(format_instant(parse_instant(t)) != t for t in times):
        raise RfaError(
            "rfa-form", "The area or a time of the leaf is not in its one form.", "See spec/rfa.md."
        )
    commitment = canonical.hex64(fields["text"], "The commitment to the text")
    rfa = Rfa(
        id=parse_id(fields["rfa"]),
        agency=parse_id(fields["agency"]),
        reference=canonical.text(fields["reference"], "The reference", 200),
        offence=canonical.text(fields["offence"], "The offence", 60),
        area=area,
        window=Span(parse_instant(window["from"]), parse_instant(window["to"])),
        **_texts(text, commitment),
    )
    return Record(
        rfa=rfa,
        submitted_at=parse_instant(fields["submitted_at"]),
        published_at=parse_instant(fields["at"]),
        regime=canonical.text(fields["regime"], "The regime's name", 40),
        post=canonical.whole(fields["post"], "The number of the post", 1, 1000),
        commitment=commitment,
        redacted=text is None,
    )
