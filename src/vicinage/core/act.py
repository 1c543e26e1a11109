"""What officers do, as commitments: who, what, on what. Format: spec/act.md.

The public log shows that something was committed to, not what. The agency and an auditor hold the
openings; one salt for each field, so that what was done can be shown without who did it.
"""

import re
from collections.abc import Mapping
from datetime import datetime

from vicinage.core import commitment, leaf
from vicinage.core.errors import AgencyError
from vicinage.core.event import Decision, Event
from vicinage.core.ids import parse_id
from vicinage.core.span import format_instant

WHAT = re.compile(r"[a-z][a-z0-9.-]{1,39}\Z")
MAX_NAME = 200
ACT_FIELDS = ("v", "type", "agency", "officer", "what", "subject", "at")
DELETION_FIELDS = ("v", "type", "handover", "officer", "at")


def act_fields(agency: str, officer: str, what: str, subject: str, at: datetime) -> dict[str, object]:
    """The fields that an act commits to.

    officer: how the agency tells its officers apart, 1 to 200 characters. what: a code such as
    "rfa.submitted". subject: id of what it was done on, or "". Raises AgencyError, IdError.
    """
    if WHAT.match(what) is None or not 1 <= len(officer) <= MAX_NAME or len(subject) > MAX_NAME:
        raise AgencyError("act-malformed", "The act needs an officer and a code in small letters.")
    fields: dict[str, object] = {
        "v": 1,
        "type": "officer.act",
        "agency": parse_id(agency),
        "officer": officer,
    }
    return {**fields, "what": what, "subject": subject, "at": format_instant(at)}


def act(
    agency: str, officer: str, what: str, subject: str, at: datetime, salts: Mapping[str, str]
) -> Decision:
    """Record an officer's act: a private event `officer.act`.

    salts: one of 32 hex digits for each of ACT_FIELDS. Raises AgencyError, ConsentError, IdError.
    """
    return _private("officer.act", agency, act_fields(agency, officer, what, subject, at), salts)


def deletion_fields(handover: str, officer: str, at: datetime) -> dict[str, object]:
    """The fields that an attestation of deletion commits to. Raises AgencyError, IdError."""
    if not 1 <= len(officer) <= MAX_NAME:
        raise AgencyError("act-malformed", "The act needs an officer and a code in small letters.")
    fields: dict[str, object] = {"v": 1, "type": "deletion", "handover": parse_id(handover)}
    return {**fields, "officer": officer, "at": format_instant(at)}


def deletion(handover: str, officer: str, at: datetime, salts: Mapping[str, str]) -> Decision:
    """Record that an agency attests to have deleted what it was given: a private event `deletion`.

    salts: one of 32 hex digits for each of DELETION_FIELDS. Raises AgencyError, ConsentError, IdError.
    """
    return _private("deletion", handover, deletion_fields(handover, officer, at), salts)


def _private(kind: str, subject: str, fields: Mapping[str, object], salts: Mapping[str, str]) -> Decision:
    entry = leaf.private(commitment.commit(fields, salts))
    return Decision("recorded", (), Event(kind, subject, entry, None, private=True))
