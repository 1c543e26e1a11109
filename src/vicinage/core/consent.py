"""Consent: what an owner signs when handing clips to an agency, and the decisions on it.

Format: spec/consent.md. Only a commitment to the statement enters the log.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from vicinage.core import canonical, leaf
from vicinage.core.agency import RECIPIENT
from vicinage.core.commitment import check_opening, commit, opening
from vicinage.core.errors import ConsentError
from vicinage.core.event import Decision, Event, Finding
from vicinage.core.ids import parse_id
from vicinage.core.span import Span, format_instant, parse_instant

__all__ = [
    "Asked",
    "KeyInForce",
    "SharedClip",
    "Statement",
    "check_opening",
    "commit",
    "fields_of",
    "hand_over",
    "opening",
    "parse_statement",
    "signed_bytes",
    "withdraw",
    "withdrawal_fields",
]

DOMAIN = b"vicinage/consent/v1\n"
MAX_CLIPS = 20
MAX_AGE = timedelta(hours=24)  # between the owner's signature and its arrival
SOURCE = "spec/consent.md"
_FIELDS = (
    *("v", "type", "id", "rfa", "rfa_leaf", "agency", "agency_key_leaf", "recipient", "clips"),
    *("name", "contact", "retention_days", "at", "household"),
)
_CLIP_FIELDS = ("clip", "sha256", "payload_sha256", "header_sha256", "start", "end", "hub")


@dataclass(frozen=True)
class SharedClip:
    """One clip that is handed over: hashes of the MP4, the payload and the agency's header; the hub's key."""

    clip: str
    sha256: str
    payload_sha256: str
    header_sha256: str
    span: Span
    hub: str

    def members(self) -> dict[str, object]:
        """The clip as a JSON object."""
        return {
            "clip": self.clip,
            "sha256": self.sha256,
            "payload_sha256": self.payload_sha256,
            "header_sha256": self.header_sha256,
            "start": format_instant(self.span.start, milliseconds=True),
            "end": format_instant(self.span.end, milliseconds=True),
            "hub": self.hub,
        }


@dataclass(frozen=True)
class Statement:
    """What the owner signs: who gets which clips, for which rfa, under which key, and what they learn.

    rfa_leaf, agency_key_leaf: indices in the log. recipient: of the agency. name, contact: of the
    owner, as stated. retention_days: as promised. household: the signing key, base64.
    """

    id: str
    rfa: str
    rfa_leaf: int
    agency: str
    agency_key_leaf: int
    recipient: str
    clips: tuple[SharedClip, ...]
    name: str
    contact: str
    retention_days: int
    at: datetime
    household: str

    def members(self) -> dict[str, object]:
        """The statement as a JSON object."""
        return {
            "v": 1,
            "type": "consent",
            "id": self.id,
            "rfa": self.rfa,
            "rfa_leaf": self.rfa_leaf,
            "agency": self.agency,
            "agency_key_leaf": self.agency_key_leaf,
            "recipient": self.recipient,
            "clips": [clip.members() for clip in self.clips],
            "name": self.name,
            "contact": self.contact,
            "retention_days": self.retention_days,
            "at": format_instant(self.at),
            "household": self.household,
        }


@dataclass(frozen=True)
class Asked:
    """The rfa as it stands when the consent arrives. leaf: its index in the log."""

    rfa: str
    leaf: int
    agency: str
    window: Span
    is_open: bool


@dataclass(frozen=True)
class KeyInForce:
    """The agency's newest key in the log, its index there, and the retention the agency promises."""

    recipient: str
    leaf: int
    retention_days: int


def _clip(value: object) -> SharedClip:
    fields = canonical.members(value, _CLIP_FIELDS)
    return SharedClip(
        clip=parse_id(fields["clip"]),
        sha256=canonical.hex64(fields["sha256"], "The hash of the clip"),
        payload_sha256=canonical.hex64(fields["payload_sha256"], "The hash of the payload"),
        header_sha256=canonical.hex64(fields["header_sha256"], "The hash of the header"),
        span=Span(parse_instant(fields["start"]), parse_instant(fields["end"])),
        hub=canonical.key32(fields["hub"], "The hub's key"),
    )


def parse_statement(value: object) -> Statement:
    """Read a consent statement from a JSON value. Raises ConsentError, CanonicalError, IdError, SpanError."""
    fields = canonical.members(value, _FIELDS)
    if fields["v"] != 1 or isinstance(fields["v"], bool) or fields["type"] != "consent":
        raise ConsentError("consent-version", "This is not a consent statement of version 1.")
    if not isinstance(fields["recipient"], str) or RECIPIENT.match(fields["recipient"]) is None:
        raise ConsentError("consent-recipient", "The recipient in the consent is not an age recipient.")
    clips = fields["clips"]
    if not isinstance(clips, list) or len(clips) > 1000:
        raise ConsentError("consent-clips", "The clips of a consent must be a list.")
    statement = Statement(
        id=parse_id(fields["id"]),
        rfa=parse_id(fields["rfa"]),
        rfa_leaf=canonical.whole(fields["rfa_leaf"], "The index of the rfa"),
        agency=parse_id(fields["agency"]),
        agency_key_leaf=canonical.whole(fields["agency_key_leaf"], "The index of the agency's key"),
        recipient=fields["recipient"],
        clips=tuple(_clip(clip) for clip in clips),
        name=canonical.text(fields["name"], "The name", 200),
        contact=canonical.text(fields["contact"], "The contact", 254),
        retention_days=canonical.whole(fields["retention_days"], "The retention in days", 1, 36500),
        at=parse_instant(fields["at"]),
        household=canonical.key32(fields["household"], "The household's key"),
    )
    if statement.members() != value:
        raise ConsentError(
            "consent-form",
            "The consent is not in its one form.",
            "Its own time has whole seconds, those of clips have milliseconds.",
        )
    return statement


def signed_bytes(statement: Statement) -> bytes:
    """The bytes an owner signs: a domain line and the canonical JSON."""
    return DOMAIN + canonical.dumps(statement.members())


def fields_of(statement: Statement) -> dict[str, object]:
    """The fields that a hand-over commits to: every member of the statement, each by itself."""
    return statement.members()


def _finding(rule: str, message: str, hint: str, **args: str) -> Finding:
    return Finding(rule, message, args, SOURCE, hint, "consent")


def _faults(s: Statement, asked: Asked, key: KeyInForce, at: datetime) -> list[Finding]:
    reload = "Load the page again and look at what it shows before you consent."
    found = []
    if (s.rfa, s.rfa_leaf, s.agency) != (asked.rfa, asked.leaf, asked.agency):
        found.append(_finding("consent-rfa", "The consent names another Request for Assistance.", reload))
    if not asked.is_open:
        found.append(
            _finding("consent-rfa-closed", "This Request for Assistance is closed.", "Nothing is needed.")
        )
    if (s.recipient, s.agency_key_leaf) != (key.recipient, key.leaf):
        found.append(
            _finding("consent-key", "The consent names a key that the agency no longer uses.", reload)
        )
    if s.retention_days != key.retention_days:
        message = "The consent says that clips are kept {stated} days; the agency says {promised}."
        given = {"stated": str(s.retention_days), "promised": str(key.retention_days)}
        found.append(_finding("consent-retention", message, reload, **given))
    if abs(at - s.at) > MAX_AGE:
        found.append(
            _finding("consent-old", "The consent was not signed within the last day.", "Sign it again.")
        )
    return found


def _clip_faults(s: Statement, asked: Asked) -> list[Finding]:
    found = []
    if not 1 <= len(s.clips) <= MAX_CLIPS:
        message, given = "The consent names {actual} clips; it must name 1 to {most}.", str(len(s.clips))
        hint = "Choose fewer clips, or more than none."
        found.append(_finding("consent-clip-count", message, hint, actual=given, most=str(MAX_CLIPS)))
    if len({clip.clip for clip in s.clips}) != len(s.clips):
        found.append(
            _finding("consent-clip-twice", "The consent names a clip twice.", "Name each clip once.")
        )
    for clip in s.clips:
        if not clip.span.overlaps(asked.window):
            message = "The clip that starts at {start} was not recorded in the time that is asked for."
            start = format_instant(clip.span.start)
            found.append(_finding("consent-clip-outside", message, "Leave this clip out.", start=start))
    return found


def hand_over(statement: Statement, asked: Asked, key: KeyInForce, commitment: str, at: datetime) -> Decision:
    """Accept a consent: "handed-over" with a private event, or "refused" with findings.

    The caller has checked the household's signature and that the clips are the household's own.
    commitment: of the hand-over's fields, made by the owner's device. Raises CanonicalError.
    """
    entry = leaf.private(commitment)
    findings = (*_faults(statement, asked, key, at), *_clip_faults(statement, asked))
    if findings:
        return Decision("refused", findings)
    return Decision("handed-over", (), Event("consent", statement.id, entry, None, private=True))


def withdraw(handover_id: str, commitment: str, at: datetime) -> Decision:
    """Record that the owner takes a consent back: "withdrawn" with a private event.

    What the agency has already fetched it still has. at: for the caller's row; the log does not show it.
    """
    event = Event("withdrawal", parse_id(handover_id), leaf.private(commitment), None, private=True)
    return Decision("withdrawn", (), event)


def withdrawal_fields(handover_id: str, at: datetime) -> Mapping[str, Any]:
    """The fields that a withdrawal commits to."""
    return {"v": 1, "type": "withdrawal", "id": parse_id(handover_id), "at": format_instant(at)}
