"""Public safety agencies: who may be verified, for how long, and the keys that clips are sealed to.

A change of key cools: residents and the agency see it in the log before it takes force, so that who
steals an officer's account cannot have the next clips sealed to a key of their own.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from vicinage.core import beside, canonical, leaf
from vicinage.core.errors import AgencyError
from vicinage.core.event import Decision, Event, Finding
from vicinage.core.ids import parse_id
from vicinage.core.rules import AGENCY_KINDS, AGENCY_LEVELS, EVIDENCE, Regime
from vicinage.core.span import format_instant, parse_instant

KINDS = AGENCY_KINDS
LEVELS = AGENCY_LEVELS
RECIPIENT = re.compile(r"age1[02-9ac-hj-np-z]{58}\Z")  # X25519; the checksum is checked by seal.keys
REVOCATIONS = ("compromised", "lost", "officer-left", "mistake")
DOMAIN = re.compile(r"(?=.{4,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}\Z")
STATE = re.compile(r"([A-Z]{2})?\Z")
MAX_REASON = 2000
_LEAF_FIELDS = (
    *("agency", "name", "kind", "level", "domain", "region", "state", "seat", "retention_days"),
    *("phone", "email", "evidence", "approvals", "until"),
)


@dataclass(frozen=True)
class Agency:
    """A public safety agency as the operators verified it.

    kind: of KINDS. level: of LEVELS. domain: of its official e-mail. region: where it has authority, in
    words. retention_days: how long it promises to keep what it is given. phone, email: its desk, public.
    state: two letters, or "". seat: longitude and latitude of its office, to 3 decimals, or None. evidence:
    of EVIDENCE, sorted: what the operators saw. approvals: how many of them approved. until: when the
    verification lapses (exclusive); None when it was never verified. suspended: as of now, not of the leaf.
    """

    id: str
    name: str
    kind: str
    level: str
    domain: str
    region: str
    retention_days: int
    phone: str
    email: str
    state: str = ""
    seat: tuple[float, float] | None = None
    evidence: tuple[str, ...] = ()
    approvals: int = 0
    until: datetime | None = None
    suspended: bool = False


def standing(regime: Regime, agency: Agency, at: datetime) -> tuple[Finding, ...]:
    """What keeps this agency from being verified, or from asking, at a time. Empty when nothing.

    Suspension, lapse and the number of approvals are found under every regime, whatever its file names.
    """
    desk = agency.email.rpartition("@")[2].lower()
    at_home = DOMAIN.match(agency.domain) is not None and desk == agency.domain
    days, most = agency.retention_days, regime.rules.get("agency-retention-max")
    refused = regime.rules.get("agency-domain-refused")
    missing = _missing(regime, agency)
    tests = (
        ("agency-kind", "kind", _listed(regime, "agency-kind", agency.kind), {"kind": agency.kind}),
        ("agency-level", "level", _listed(regime, "agency-level", agency.level), {"level": agency.level}),
        ("agency-domain", "email", at_home, {"domain": agency.domain, "email": agency.email}),
        (
            "agency-domain-refused",
            "domain",
            refused is None or not any(_within(agency.domain, domain) for domain in refused.value),
            {"domain": agency.domain},
        ),
        (
            "agency-retention-max",
            "retention_days",
            most is None or 1 <= days <= most.value,
            {"days": str(days)},
        ),
        ("agency-evidence", "evidence", not missing, {"missing": ", ".join(missing)}),
    )
    found = []
    for id, field, met, args in tests:
        rule = regime.rules.get(id)
        if rule is not None and not met:
            given = {**args, "limit": _plain(rule.value)}
            found.append(Finding(id, rule.message, given, rule.source, rule.hint, field))
    return (*found, *_conduct(regime, agency, at))


def _conduct(regime: Regime, agency: Agency, at: datetime) -> list[Finding]:
    """What no regime can leave out."""
    needed, sources = regime.conduct.approvals, regime.conduct.sources
    found = []
    if agency.approvals < needed:
        message = "{actual} operators have approved the agency; it takes {limit}."
        given, source = {"actual": str(agency.approvals), "limit": str(needed)}, sources["approvals"]
        hint = "Another operator must look at the evidence."
        found.append(Finding("agency-approvals", message, given, source, hint, "approvals"))
    if agency.until is not None and agency.until <= at:
        message = "The agency's verification lapsed at {until}."
        given, source = {"until": format_instant(agency.until)}, sources["renewal_days"]
        found.append(
            Finding("agency-renewal", message, given, source, "Ask the operator to renew it.", "agency")
        )
    if agency.suspended:
        source = "House rule: an agency that broke the rules may be suspended, for a public reason."
        hint = "The reason stands on the agency's page."
        found.append(Finding("agency-suspended", "The agency is suspended.", {}, source, hint, "agency"))
    return found


def _missing(regime: Regime, agency: Agency) -> list[str]:
    """The evidence that the regime demands and the operators have not seen; choices parted by "or"."""
    rule = regime.rules.get("agency-evidence")
    demanded = () if rule is None else rule.value
    return [e.replace("|", " or ") for e in demanded if not set(e.split("|")) & set(agency.evidence)]


def _within(domain: str, parent: str) -> bool:
    return domain == parent or domain.endswith(f".{parent}")


def _listed(regime: Regime, id: str, value: str) -> bool:
    rule = regime.rules.get(id)
    return rule is None or value in rule.value


def _plain(value: object) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def verify(regime: Regime, agency: Agency, at: datetime) -> Decision:
    """Verify an agency, or renew it: an event `agency.verified`, or "refused" with findings.

    It lasts `renewal_days` from now, whatever `until` the record has. Raises AgencyError for a record that
    no regime could admit: an empty name, an unknown kind.
    """
    until = at + timedelta(days=regime.conduct.renewal_days)
    fields: dict[str, object] = {name: getattr(agency, name) for name in _LEAF_FIELDS if name != "agency"}
    fields |= {
        "agency": agency.id,
        "seat": None if agency.seat is None else list(agency.seat),
        "evidence": sorted(agency.evidence),
        "until": format_instant(until),
    }
    entry = leaf.public("agency.verified", at, fields)
    read = from_leaf(leaf.parse(entry))
    findings = standing(regime, read, at)
    if agency.suspended:
        findings = standing(regime, agency, at)
    if findings:
        return Decision("refused", findings)
    return Decision("verified", (), Event("agency.verified", agency.id, entry, None, private=False))


def from_leaf(entry: Mapping[str, Any]) -> Agency:
    """The agency as an `agency.verified` leaf holds it. Raises AgencyError, IdError, CanonicalError."""
    fields = canonical.members(entry, ("v", "type", "at", *_LEAF_FIELDS))
    if fields["kind"] not in KINDS or fields["level"] not in LEVELS:
        raise AgencyError("agency-kind-unknown", "The agency's kind or level is not one that is known.")
    state = fields["state"]
    if not isinstance(state, str) or STATE.match(state) is None:
        raise AgencyError("agency-state", "The agency's state must be two capital letters, or empty.")
    until = parse_instant(fields["until"])
    if until <= parse_instant(fields["at"]):
        raise AgencyError("agency-until", "The agency's verification must lapse after it begins.")
    return Agency(
        id=parse_id(fields["agency"]),
        name=canonical.text(fields["name"], "The agency's name", 120),
        kind=fields["kind"],
        level=fields["level"],
        domain=canonical.text(fields["domain"], "The agency's domain", 253),
        region=canonical.text(fields["region"], "The agency's region", 120),
        retention_days=canonical.whole(fields["retention_days"], "The retention in days", 1, 36500),
        phone=canonical.text(fields["phone"], "The agency's phone", 40, least=0),
        email=canonical.text(fields["email"], "The agency's e-mail", 254),
        state=state,
        seat=_seat(fields["seat"]),
        evidence=_evidence(fields["evidence"]),
        approvals=canonical.whole(fields["approvals"], "The number of approvals", 0, 100),
        until=until,
    )


def _seat(value: object) -> tuple[float, float] | None:
    """Longitude and latitude to 3 decimals, about 100 m: an office is public, its doorbell is not."""
    if value is None:
        return None
    if isinstance(value, list) and len(value) == 2 and all(type(part) in (int, float) for part in value):
        lon, lat = value
        if -180 <= lon <= 180 and -90 <= lat <= 90 and [round(lon, 3), round(lat, 3)] == value:
            return (float(lon), float(lat))
    raise AgencyError(
        "agency-seat", "The agency's seat must be [longitude, latitude] to three decimals, or null."
    )


def _evidence(value: object) -> tuple[str, ...]:
    if (
        not isinstance(value, list)
        or not set(map(str, value)) <= set(EVIDENCE)
        or value != sorted(set(value))
    ):
        raise AgencyError(
            "agency-evidence-unknown",
            "The evidence must be a sorted list of what is known, none twice.",
            f"Known: {', '.join(EVIDENCE)}.",
        )
    return tuple(value)


def suspend(agency_id: str, reason: str, salt: str, at: datetime) -> Decision:
    """Suspend an agency for a public reason: an event `agency.suspended`, or "refused" without a reason.

    The reason stands beside the log, {salt, reason}, so that a law may take it down. salt: 32 hex digits.
    """
    if not 1 <= len(reason.strip()) <= MAX_REASON:
        message = "A suspension must give its reason in 1 to {most} characters."
        source, hint = (
            "House rule: a suspension has a public reason.",
            "Say what was done against which rule.",
        )
        return Decision(
            "refused",
            (Finding("suspension-reason", message, {"most": str(MAX_REASON)}, source, hint, "reason"),),
        )
    text = beside.text(salt, {"reason": reason.strip()})
    entry = leaf.public(
        "agency.suspended", at, {"agency": parse_id(agency_id), "text": beside.commitment(text)}
    )
    return Decision("suspended", (), Event("agency.suspended", agency_id, entry, text, private=False))


def suspended_from_leaf(entry: Mapping[str, Any], text: Mapping[str, Any] | None) -> tuple[str, str]:
    """The agency's id and the reason ("" when the text is not there). Raises CoreError."""
    fields = canonical.members(entry, ("v", "type", "at", "agency", "text"))
    words = beside.read(text, fields["text"], {"reason": MAX_REASON})
    return parse_id(fields["agency"]), words["reason"]


def reinstate(agency_id: str, at: datetime) -> Decision:
    """End a suspension: an event `agency.reinstated`."""
    return _plain_event("agency.reinstated", "reinstated", agency_id, at)


def leave(agency_id: str, at: datetime) -> Decision:
    """An agency leaves for good: an event `agency.left`. Its history stays."""
    return _plain_event("agency.left", "left", agency_id, at)


def _plain_event(kind: str, verdict: str, agency_id: str, at: datetime) -> Decision:
    entry = leaf.public(kind, at, {"agency": parse_id(agency_id)})
    return Decision(verdict, (), Event(kind, agency_id, entry, None, private=False))


def named_in_leaf(entry: Mapping[str, Any]) -> str:
    """The agency that an `agency.reinstated` or `agency.left` leaf names. Raises CanonicalError, IdError."""
    return parse_id(canonical.members(entry, ("v", "type", "at", "agency"))["agency"])


@dataclass(frozen=True)
class Key:
    """A key that an agency published, as the log tells.

    from_at: when it takes force. revoked_at: when it was revoked, or None. index: of its `agency.key`.
    """

    agency: str
    recipient: str
    from_at: datetime
    revoked_at: datetime | None = None
    index: int | None = None


def publish_key(regime: Regime, agency_id: str, recipient: str, in_force: bool, at: datetime) -> Decision:
    """Publish the age recipient that clips for the agency are sealed to: an event `agency.key`.

    in_force: whether any key of the agency is in force or ever was (`was_in_force`): then this one takes
    force `key_cooling_days` from now, else at once. A key revoked a moment ago counts, or a thief would
    revoke first. Raises AgencyError for what is not an X25519 recipient.
    """
    starts = at + timedelta(days=regime.conduct.key_cooling_days if in_force else 0)
    fields = {
        "agency": parse_id(agency_id),
        "recipient": _recipient(recipient),
        "from": format_instant(starts),
    }
    entry = leaf.public("agency.key", at, fields)
    return Decision("published", (), Event("agency.key", agency_id, entry, None, private=False))


def _recipient(text: object) -> str:
    if not isinstance(text, str) or RECIPIENT.match(text) is None:
        raise AgencyError(
            "agency-recipient",
            "The key is not an age recipient.",
            "It begins with age1 and has 62 characters, all in lower case.",
        )
    return text


def key_from_leaf(entry: Mapping[str, Any], index: int | None = None) -> Key:
    """The key that an `agency.key` leaf holds. Raises AgencyError, IdError, SpanError."""
    fields = canonical.members(entry, ("v", "type", "at", "agency", "recipient", "from"))
    from_at, at = parse_instant(fields["from"]), parse_instant(fields["at"])
    if from_at < at or format_instant(from_at) != fields["from"]:
        raise AgencyError(
            "agency-key-from", "The key must take force in whole seconds, not before its entry."
        )
    return Key(parse_id(fields["agency"]), _recipient(fields["recipient"]), from_at, None, index)


def revoke_key(agency_id: str, recipient: str, reason_code: str, at: datetime) -> Decision:
    """Revoke a key: nothing is sealed to it from now on. An event `agency.key-revoked`.

    reason_code: of REVOCATIONS. Raises AgencyError for another, and for what is not a recipient.
    """
    fields = {
        "agency": parse_id(agency_id),
        "recipient": _recipient(recipient),
        "reason": _revocation(reason_code),
    }
    entry = leaf.public("agency.key-revoked", at, fields)
    return Decision("revoked", (), Event("agency.key-revoked", agency_id, entry, None, private=False))


def _revocation(code: object) -> str:
    if not isinstance(code, str) or code not in REVOCATIONS:
        raise AgencyError(
            "agency-key-reason",
            "The reason for revoking a key must be one that is known.",
            f"Known: {', '.join(REVOCATIONS)}.",
        )
    return code


def revoked_from_leaf(entry: Mapping[str, Any]) -> tuple[str, str, str]:
    """Agency, recipient and reason code of an `agency.key-revoked` leaf. Raises AgencyError, IdError."""
    fields = canonical.members(entry, ("v", "type", "at", "agency", "recipient", "reason"))
    return parse_id(fields["agency"]), _recipient(fields["recipient"]), _revocation(fields["reason"])


def key_in_force(keys: Iterable[Key], at: datetime) -> Key | None:
    """Of one agency's keys the one to seal to at a time: of those that took force and are not revoked, the
    one whose force began last; of two at once the later in the list. None when there is none.
    """
    live = [k for k in keys if k.from_at <= at and (k.revoked_at is None or k.revoked_at > at)]
    return sorted(live, key=lambda key: key.from_at)[-1] if live else None


def was_in_force(keys: Iterable[Key], at: datetime) -> bool:
    """Whether any key of the agency is in force or ever was: then a new one has to cool."""
    return any(k.from_at <= at and (k.revoked_at is None or k.revoked_at > k.from_at) for k in keys)
