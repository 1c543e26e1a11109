"""Public safety agencies: who may be verified, and the key that clips for them are sealed to."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from vicinage.core import canonical, leaf
from vicinage.core.errors import AgencyError
from vicinage.core.event import Decision, Event, Finding
from vicinage.core.ids import parse_id
from vicinage.core.regime import Regime

KINDS = ("police", "fire", "emergency")
LEVELS = ("local", "county", "state", "tribal", "campus", "federal")
RECIPIENT = re.compile(r"age1[02-9ac-hj-np-z]{58}\Z")  # X25519; the checksum is checked by seal.keys
DOMAIN = re.compile(r"(?=.{4,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}\Z")
_LEAF_FIELDS = ("agency", "name", "kind", "level", "domain", "region", "retention_days", "phone", "email")


@dataclass(frozen=True)
class Agency:
    """A public safety agency as the operator verified it.

    kind: of KINDS. level: of LEVELS. domain: of its official e-mail. region: where it has authority, in
    words. retention_days: how long it promises to keep what it is given. phone, email: its desk, public.
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


def standing(regime: Regime, agency: Agency) -> tuple[Finding, ...]:
    """What keeps this agency from being verified, or from asking, under the regime. Empty when nothing."""
    desk = agency.email.rpartition("@")[2].lower()
    at_home = DOMAIN.match(agency.domain) is not None and desk == agency.domain
    days, most = agency.retention_days, regime.rules.get("agency-retention-max")
    tests = (
        ("agency-kind", "kind", _listed(regime, "agency-kind", agency.kind), {"kind": agency.kind}),
        ("agency-level", "level", _listed(regime, "agency-level", agency.level), {"level": agency.level}),
        ("agency-domain", "email", at_home, {"domain": agency.domain, "email": agency.email}),
        (
            "agency-retention-max",
            "retention_days",
            most is None or 1 <= days <= most.value,
            {"days": str(days)},
        ),
    )
    found = []
    for id, field, met, args in tests:
        rule = regime.rules.get(id)
        if rule is not None and not met:
            given = {**args, "limit": _plain(rule.value)}
            found.append(Finding(id, rule.message, given, rule.source, rule.hint, field))
    return tuple(found)


def _listed(regime: Regime, id: str, value: str) -> bool:
    rule = regime.rules.get(id)
    return rule is None or value in rule.value


def _plain(value: object) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def verify(regime: Regime, agency: Agency, at: datetime) -> Decision:
    """Verify an agency under the regime: an event `agency.verified`, or "refused" with findings.

    Raises AgencyError for a record that no regime could admit: an empty name, an unknown kind.
    """
    entry = leaf.public("agency.verified", at, {"agency": agency.id, **_fields(agency)})
    from_leaf(leaf.parse(entry))
    findings = standing(regime, agency)
    if findings:
        return Decision("refused", findings)
    return Decision("verified", (), Event("agency.verified", agency.id, entry, None, private=False))


def _fields(agency: Agency) -> dict[str, object]:
    return {name: getattr(agency, name) for name in _LEAF_FIELDS if name != "agency"}


def from_leaf(entry: Mapping[str, Any]) -> Agency:
    """The agency as an `agency.verified` leaf holds it. Raises AgencyError, IdError, CanonicalError."""
    fields = canonical.members(entry, ("v", "type", "at", *_LEAF_FIELDS))
    if fields["kind"] not in KINDS or fields["level"] not in LEVELS:
        raise AgencyError("agency-kind-unknown", "The agency's kind or level is not one that is known.")
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
    )


def publish_key(agency_id: str, recipient: str, at: datetime) -> Decision:
    """Publish the age recipient that clips for the agency are sealed to: an event `agency.key`.

    Raises AgencyError for what is not an X25519 recipient.
    """
    entry = leaf.public("agency.key", at, {"agency": parse_id(agency_id), "recipient": _recipient(recipient)})
    return Decision("published", (), Event("agency.key", agency_id, entry, None, private=False))


def _recipient(text: object) -> str:
    if not isinstance(text, str) or RECIPIENT.match(text) is None:
        raise AgencyError(
            "agency-recipient",
            "The key is not an age recipient.",
            "It begins with age1 and has 62 characters, all in lower case.",
        )
    return text


def key_from_leaf(entry: Mapping[str, Any]) -> tuple[str, str]:
    """The agency's id and recipient that an `agency.key` leaf holds. Raises AgencyError, IdError."""
    fields = canonical.members(entry, ("v", "type", "at", "agency", "recipient"))
    return parse_id(fields["agency"]), _recipient(fields["recipient"])
