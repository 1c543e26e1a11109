"""Steps of Requests for Assistance: each is judged again by the regime in force when it was submitted.

A mediated one is judged when it is disclosed, with the world as it was when it was committed to.
"""

from bisect import bisect_left, insort
from datetime import datetime, timedelta
from typing import Any

from vicinage.core import rfa
from vicinage.core.draft import Earlier, incident
from vicinage.core.record import FIELDS, TEXT_FIELDS, Record, from_record
from vicinage.core.rules import Regime
from vicinage.core.span import format_instant
from vicinage.evidence.events.case import Case, as_agency
from vicinage.evidence.world import Filed, Sealed

DISCLOSE_WITHIN = timedelta(hours=24)
"""After its close, or after its agency resolved it, a mediated rfa must be disclosed within this."""

MOST_EARLIER = 101
"""Earlier posts on an incident that the law is shown: more than any regime may allow."""


def mediated(case: Case, index: int, value: dict[str, Any], at: datetime) -> None:
    """A commitment to a request that is passed on by mail; it must be opened when it closes."""
    shown = rfa.mediated_from_leaf(value)
    what = f"the Request for Assistance {shown.rfa} was passed on by mail."
    if shown.rfa in case.world.filed or shown.rfa in case.world.sealed:
        return case.blame(index, "rfa-twice", f"{what} The same id was published before.")
    rules = _regime(case, index, what, shown.regime, shown.submitted_at)
    if rules is not None and shown.closes_at > (ends := case.schedule.open_until(shown.submitted_at, at)):
        sentence = f"{what} It closes at {format_instant(shown.closes_at)}; it may at {format_instant(ends)}."
        case.blame(index, "rfa-closes", sentence, rules.conduct.sources["open_days"])
    desk = case.world.desks.get(shown.agency)
    found = None if desk is None or desk.left else as_agency(desk)
    due = shown.closes_at + DISCLOSE_WITHIN
    case.world.sealed[shown.rfa] = Sealed(value, index, at, due, found)


def published(case: Case, index: int, value: dict[str, Any], at: datetime) -> None:
    """A Request for Assistance becomes public: at once, or as the opening of a commitment."""
    record = from_record(value, case.text(index, value))
    asked = record.rfa
    what = f"the Request for Assistance {asked.id} was published."
    sealed = case.world.sealed.pop(asked.id, None)
    if sealed is not None:
        _check_opening(case, index, what, value, at, sealed)
    filed = Filed(
        asked.id,
        asked.agency,
        asked.reference,
        index if sealed is None else sealed.index,
        record.submitted_at,
        record.post,
        record.first,
        resolved=sealed is not None and sealed.resolved,
    )
    rules = _regime(case, index, what, record.regime, record.submitted_at)
    if rules is not None:
        _judge(case, index, what, rules, record, filed, sealed)
    if asked.id in case.world.filed:
        return case.blame(index, "rfa-twice", f"{what} The same id was published before.")
    case.world.filed[asked.id] = filed
    same = case.world.incidents.setdefault(_incident(filed), [])
    insort(same, asked.id, key=lambda id: case.world.filed[id].index)
    case.world.unsettled.append(asked.id)
    _settle(case, asked.agency, None if sealed is not None else asked.id)


def resolved(case: Case, index: int, value: dict[str, Any], at: datetime) -> None:
    """An open request is closed, once."""
    id = rfa.resolved_from_leaf(value)
    known: Filed | Sealed | None = case.world.filed.get(id) or case.world.sealed.get(id)
    if known is None or known.resolved:
        sentence = f"the Request for Assistance {id} was resolved, but it was not open."
        return case.blame(index, "rfa-not-open", sentence)
    known.resolved = True
    if isinstance(known, Sealed):
        known.due = min(known.due, at + DISCLOSE_WITHIN)


def check_disclosed(case: Case, now: datetime) -> None:
    """What should have been disclosed by now, and was not; each is said once."""
    for id, sealed in case.world.sealed.items():
        if sealed.due < now and not sealed.told:
            sealed.told = True
            sentence = (
                f"the Request for Assistance {id} was passed on by mail, and should have been published by "
                f"{format_instant(sealed.due)}; it was not."
            )
            case.blame(sealed.index, "rfa-undisclosed", sentence)


def _check_opening(
    case: Case, index: int, what: str, value: dict[str, Any], at: datetime, sealed: Sealed
) -> None:
    """What is published is what was committed to, and in time."""
    fields = {name: value[name] for name in FIELDS}
    shown = all(value[name] == sealed.leaf[name] for name in ("agency", "regime", "submitted_at"))
    if not shown or rfa.seal_of(fields) != sealed.leaf["sealed"]:
        sentence = f"{what} It is not the one that was passed on by mail at entry {sealed.index}."
        case.blame(index, "rfa-sealed-mismatch", sentence)
    if at > sealed.due and not sealed.told:
        sentence = f"{what} It was passed on by mail, and was due by {format_instant(sealed.due)}."
        case.blame(index, "rfa-undisclosed", sentence)


def _regime(case: Case, index: int, what: str, named: str, submitted_at: datetime) -> Regime | None:
    """The regime that judges, which must be the one that the entry names."""
    rules = case.schedule.in_force(submitted_at)
    if rules is None or named != rules.name:
        in_force = "none" if rules is None else repr(rules.name)
        sentence = f"{what} It names the regime {named!r}; in force when it was submitted was {in_force}."
        case.blame(index, "rfa-regime", sentence)
    return rules


def _judge(
    case: Case, index: int, what: str, rules: Regime, record: Record, filed: Filed, sealed: Sealed | None
) -> None:
    """All that should have kept it from being published. What needs a text that is gone is left out."""
    asked, case.world.judged = record.rfa, case.world.judged + 1
    same, filed.counted = _before(case, filed)
    earlier = [case.world.filed[id] for id in same[: min(filed.counted, MOST_EARLIER)]]
    found = rfa.findings(
        rules,
        asked,
        case.desk(asked.agency) if sealed is None else sealed.agency,
        tuple(Earlier(other.rfa, other.reference, other.submitted_at) for other in earlier),
        case.assemblies(asked.window, filed.index),
        record.answers,
        record.submitted_at,
        record.published_at if sealed is None else sealed.at,
        mediated=sealed is not None,
    )
    for finding in found:
        if not (record.redacted and finding.field in TEXT_FIELDS):
            case.find(index, what, finding)


def _incident(filed: Filed) -> str:
    return f"{filed.agency} {incident(filed.reference)}"


def _before(case: Case, filed: Filed) -> tuple[list[str], int]:
    """The posts on the same incident, in the order in which they were accepted, and how many of them were
    before this one.
    """
    same = case.world.incidents.get(_incident(filed), [])
    return same, bisect_left(same, filed.index, key=lambda id: case.world.filed[id].index)


def _settle(case: Case, agency: str, only: str | None) -> None:
    """Compare number and first post of those before which nothing of the agency is still sealed.

    A mediated request hides its incident: whether it counts is known when it is disclosed. only: the one
    that is new, where nothing was disclosed, so that the others still wait as they did.
    """
    hidden = [s.index for s in case.world.sealed.values() if s.leaf["agency"] == agency]
    oldest = min(hidden, default=None)
    waiting = [] if only is None else case.world.unsettled[:-1]
    for id in case.world.unsettled if only is None else [only]:
        filed = case.world.filed[id]
        if filed.agency != agency or (oldest is not None and oldest < filed.index):
            waiting.append(id)
        else:
            _settle_one(case, filed)
    case.world.unsettled = waiting


def _settle_one(case: Case, filed: Filed) -> None:
    same, before = _before(case, filed)
    number, first = before + 1, same[0] if before else None
    what = f"the Request for Assistance {filed.rfa} was published."
    if filed.number != number:
        sentence = f"{what} It says it is post {filed.number} on its incident; it is post {number}."
        case.blame(filed.index, "rfa-post", sentence)
    elif filed.first != first:
        sentence = f"{what} It refers to {filed.first} as the first post on its incident; that is {first}."
        case.blame(filed.index, "rfa-first", sentence)
    rules = case.schedule.in_force(filed.submitted_at)
    limit = None if rules is None else rules.rules.get("incident-posts-max")
    if limit is not None and filed.counted < limit.value < number:
        sentence = f"{what} It is post {number} on its incident; {limit.value} are allowed."
        case.blame(filed.index, limit.id, sentence, limit.source)
