"""The life of a Request for Assistance ("rfa") in decisions. Format: spec/rfa.md.

draft -> submit -> a moderator -> reject, or publish (or mediate, later disclose) -> resolved or expired.
There is no decision that changes what was published.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from vicinage.core import canonical, leaf, review
from vicinage.core.agency import Agency, standing
from vicinage.core.assembly import Assembly
from vicinage.core.beside import commitment as text_commitment
from vicinage.core.draft import Earlier, Rfa, incident, posts_before
from vicinage.core.errors import RfaError
from vicinage.core.event import Decision, Event, Finding
from vicinage.core.ids import parse_id
from vicinage.core.judge import judge, questions
from vicinage.core.record import FIELDS, TEXT_FIELDS, Record, from_record, written
from vicinage.core.review import Answer
from vicinage.core.rules import Regime
from vicinage.core.span import format_instant, parse_instant

__all__ = [
    "TEXT_FIELDS",
    "Answer",
    "Earlier",
    "Mediated",
    "Mediation",
    "Record",
    "Rfa",
    "disclose",
    "findings",
    "from_mediated",
    "from_record",
    "incident",
    "mediate",
    "mediated_from_leaf",
    "publish",
    "reject",
    "resolve",
    "resolved_from_leaf",
    "seal_of",
    "state",
    "submit",
    "text_commitment",
]

MAX_REASON = 2000
MAX_REVIEW = timedelta(days=30)


class Mediation(NamedTuple):
    """A mediated rfa. decision: with the event `rfa.mediated`, or findings. fields, text: what is disclosed
    when it closes; empty when refused. Kept by the platform, and given to residents it is passed on to.
    """

    decision: Decision
    fields: Mapping[str, object]
    text: bytes


class Mediated(NamedTuple):
    """What an `rfa.mediated` leaf shows. sealed: SHA-256 of the members that it commits to."""

    rfa: str
    agency: str
    regime: str
    submitted_at: datetime
    at: datetime
    closes_at: datetime
    sealed: str


def submit(
    regime: Regime, rfa: Rfa, agency: Agency | None, earlier: tuple[Earlier, ...], at: datetime
) -> Decision:
    """Hand a draft to the moderators: "submitted", or "refused" with findings.

    regime: in force now. earlier: the agency's rfas that are submitted or published; those rejected do
    not count.
    """
    found = judge(regime, rfa, agency, earlier, at)
    return Decision("refused" if found else "submitted", found)


def findings(
    regime: Regime,
    rfa: Rfa,
    agency: Agency | None,
    earlier: tuple[Earlier, ...],
    assemblies: Sequence[Assembly],
    answers: Mapping[str, Answer],
    submitted_at: datetime,
    at: datetime,
    mediated: bool = False,
) -> tuple[Finding, ...]:
    """All that keeps an rfa from being published, or mediated; what an audit asks of each one in the log.

    regime: the one in force at submitted_at, by which it is judged. at: now, when the agency must still be in
    good standing. Other arguments as for `publish`.
    """
    found = list(judge(regime, rfa, agency, earlier, submitted_at))
    known = {finding.rule for finding in found}
    if agency is not None:
        found += [finding for finding in standing(regime, agency, at) if finding.rule not in known]
    if regime.conduct.route != "closed" and (regime.conduct.route == "mediated") is not mediated:
        found.append(_route(regime, mediated))
    if not timedelta() <= at - submitted_at <= MAX_REVIEW:
        message = "It was submitted at {submitted}; it must be decided within {limit} days after that."
        given = {"submitted": format_instant(submitted_at), "limit": str(MAX_REVIEW.days)}
        source = "House rule: no rfa is kept back until the rules it was judged by are forgotten."
        found.append(
            Finding("submission-age", message, given, source, "The agency may submit it anew.", "agency")
        )
    asked = questions(regime, rfa, assemblies)
    return (*found, *review.faults(asked, answers, rfa.offence))


def _route(regime: Regime, mediated: bool) -> Finding:
    message = "Under the regime {regime} a request is published, not passed on by mail."
    if not mediated:
        message = "Under the regime {regime} a request is passed on by mail, and published when it closes."
    given, source = {"regime": regime.title}, regime.conduct.sources.get("route", "")
    return Finding("route-other", message, given, source, "Take the route of the regime.", "agency")


def publish(
    regime: Regime,
    rfa: Rfa,
    agency: Agency | None,
    earlier: tuple[Earlier, ...],
    assemblies: Sequence[Assembly],
    answers: Mapping[str, Answer],
    submitted_at: datetime,
    at: datetime,
    salt: str,
) -> Decision:
    """Publish for good: "published" with an event `rfa.published`, or "refused" with findings.

    It is judged once more as of submitted_at. regime: the one in force then. earlier: the agency's rfas
    published before, and only those, in that order, so that the log alone tells the number of the post.
    assemblies: all in the log that are not withdrawn. answers: the moderator's, by question. salt: 32 hex
    digits of chance. Raises RfaError for a malformed salt, PlaceError and IdError for a malformed rfa.
    """
    found = findings(regime, rfa, agency, earlier, assemblies, answers, submitted_at, at)
    if found or rfa.area is None or rfa.window is None:
        return Decision("refused", found)
    fields, text = written(regime, rfa, _posted(rfa, earlier), answers, submitted_at, salt)
    return disclose(fields, text, at)


def _posted(rfa: Rfa, earlier: tuple[Earlier, ...]) -> tuple[int, str | None]:
    """The number of the post on its incident, and the id of the first, if that is another."""
    same = (e.rfa for e in earlier if e.rfa != rfa.id and incident(e.reference) == incident(rfa.reference))
    return posts_before(rfa, earlier) + 1, next(same, None)


def mediate(
    regime: Regime,
    rfa: Rfa,
    agency: Agency | None,
    earlier: tuple[Earlier, ...],
    assemblies: Sequence[Assembly],
    answers: Mapping[str, Answer],
    submitted_at: datetime,
    at: datetime,
    salt: str,
    closes_at: datetime,
) -> Mediation:
    """Pass an rfa on by mail: "mediated" with an event `rfa.mediated`, or "refused" with findings.

    The log gets a commitment at once; fields and text are disclosed when it closes, at closes_at or when the
    agency resolves it. earlier: those mediated or published before, in that order. Else as for `publish`.
    """
    found = findings(regime, rfa, agency, earlier, assemblies, answers, submitted_at, at, mediated=True)
    if found or rfa.area is None or rfa.window is None:
        return Mediation(Decision("refused", found), {}, b"")
    if closes_at <= at:
        raise RfaError("rfa-closes", "A request must close after it is passed on.")
    fields, text = written(regime, rfa, _posted(rfa, earlier), answers, submitted_at, salt)
    shown = {name: fields[name] for name in ("rfa", "agency", "regime", "submitted_at")}
    shown |= {"closes_at": format_instant(closes_at), "sealed": seal_of(fields)}
    entry = leaf.public("rfa.mediated", at, shown)
    event = Event("rfa.mediated", rfa.id, entry, None, private=False)
    return Mediation(Decision("mediated", (), event), fields, text)


def seal_of(fields: Mapping[str, object]) -> str:
    """What an `rfa.mediated` leaf commits to: SHA-256 over a domain and the members in canonical JSON.

    It hides them, since their `text` is itself a commitment with 128 bits of salt. Raises CanonicalError.
    """
    canonical.members(dict(fields), FIELDS)
    return hashlib.sha256(b"vicinage/mediated/v1\n" + canonical.dumps(dict(fields))).hexdigest()


def disclose(fields: Mapping[str, object], text: bytes, at: datetime) -> Decision:
    """Publish what was mediated, word for word: an event `rfa.published` of these fields and this text.

    Raises RfaError when the text is not the one that the fields commit to, CanonicalError for other members.
    """
    canonical.members(dict(fields), FIELDS)
    if text_commitment(text) != fields["text"]:
        raise RfaError("rfa-text-mismatch", "The text beside the log is not the one that the log commits to.")
    entry = leaf.public("rfa.published", at, fields)
    return Decision("published", (), Event("rfa.published", str(fields["rfa"]), entry, text, private=False))


def mediated_from_leaf(entry: Mapping[str, Any]) -> Mediated:
    """What an `rfa.mediated` leaf shows. Raises RfaError, IdError, SpanError, CanonicalError."""
    names = ("v", "type", "at", "rfa", "agency", "regime", "submitted_at", "closes_at", "sealed")
    fields = canonical.members(entry, names)
    times = {name: parse_instant(fields[name]) for name in ("submitted_at", "at", "closes_at")}
    if (
        any(format_instant(at) != fields[name] for name, at in times.items())
        or times["closes_at"] <= times["at"]
    ):
        raise RfaError(
            "rfa-form", "The area or a time of the leaf is not in its one form.", "See spec/rfa.md."
        )
    return Mediated(
        rfa=parse_id(fields["rfa"]),
        agency=parse_id(fields["agency"]),
        regime=canonical.text(fields["regime"], "The regime's name", 40),
        sealed=canonical.hex64(fields["sealed"], "The commitment to the request"),
        **times,
    )


def from_mediated(
    entry: Mapping[str, Any], fields: Mapping[str, Any], text: Mapping[str, Any] | None
) -> Record:
    """A mediated rfa from its leaf, its fields and its text: what a resident checks before answering.

    `published_at` of the record is when it was mediated. Raises RfaError when fields or text do not fit
    the commitments, and what `from_record` raises.
    """
    shown = mediated_from_leaf(entry)
    if seal_of(fields) != shown.sealed:
        raise RfaError("rfa-sealed-mismatch", "The request is not the one that the log commits to.")
    record = from_record({**fields, "v": 1, "type": "rfa.published", "at": entry["at"]}, text)
    if (record.rfa.id, record.rfa.agency, record.regime, record.submitted_at) != shown[:4]:
        raise RfaError("rfa-sealed-mismatch", "The request is not the one that the log commits to.")
    return record


def state(resolved_at: datetime | None, open_until: datetime, at: datetime) -> str:
    """Where a published or mediated rfa stands at a time: "open", "resolved" or "expired".

    open_until is exclusive. One resolved after it had expired stays expired.
    """
    if resolved_at is not None and resolved_at <= at and resolved_at < open_until:
        return "resolved"
    return "open" if at < open_until else "expired"


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
    """Mark a published or mediated rfa as resolved: an event `rfa.resolved`. What is public stays public."""
    entry = leaf.public("rfa.resolved", at, {"rfa": parse_id(rfa_id)})
    return Decision("resolved", (), Event("rfa.resolved", rfa_id, entry, None, private=False))


def resolved_from_leaf(entry: Mapping[str, Any]) -> str:
    """The id of the rfa that an `rfa.resolved` leaf closes. Raises CanonicalError, IdError."""
    return parse_id(canonical.members(entry, ("v", "type", "at", "rfa"))["rfa"])
