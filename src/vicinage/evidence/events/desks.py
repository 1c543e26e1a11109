"""Steps of agencies: verified with enough evidence, suspended, back, gone; and their keys."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from vicinage.core import agency
from vicinage.core.rules import Regime
from vicinage.evidence.events.case import Case
from vicinage.evidence.world import Desk, Key


def verified(case: Case, index: int, value: dict[str, Any], at: datetime) -> None:
    """An agency is verified or renewed: the regime must admit it, and it lasts no longer than allowed."""
    found = agency.from_leaf(value)
    what = f"the agency {found.name} was verified."
    known = case.world.desks.get(found.id)
    if known is not None and known.left:
        case.blame(index, "agency-left", f"{what} It had left for good.")
    suspended = known is not None and known.suspended
    case.world.desks[found.id] = Desk(value, index, suspended)
    rules = case.in_force(index, at, what)
    if rules is None:
        return
    for finding in agency.standing(rules, replace(found, suspended=suspended), at):
        case.find(index, what, finding)
    days, until = rules.conduct.renewal_days, found.until
    if until is None or until > at + timedelta(days=days):
        sentence = f"{what} It should lapse after {days} days, and lasts longer."
        case.blame(index, "agency-until", sentence, rules.conduct.sources["renewal_days"])


def suspended(case: Case, index: int, value: dict[str, Any], at: datetime) -> None:
    """An agency is suspended, with a reason beside the log."""
    id, _ = agency.suspended_from_leaf(value, case.text(index, value))
    desk = _desk(case, index, id, "was suspended")
    if desk is not None:
        if desk.suspended:
            case.blame(index, "agency-standing", f"the agency {id} was suspended while it was suspended.")
        desk.suspended = True


def reinstated(case: Case, index: int, value: dict[str, Any], at: datetime) -> None:
    """A suspension ends."""
    id = agency.named_in_leaf(value)
    desk = _desk(case, index, id, "was reinstated")
    if desk is not None:
        if not desk.suspended:
            case.blame(index, "agency-standing", f"the agency {id} was reinstated, but was not suspended.")
        desk.suspended = False


def left(case: Case, index: int, value: dict[str, Any], at: datetime) -> None:
    """An agency leaves for good."""
    id = agency.named_in_leaf(value)
    desk = _desk(case, index, id, "left")
    if desk is not None:
        desk.left = True


def key(case: Case, index: int, value: dict[str, Any], at: datetime) -> None:
    """A key of an agency; any but the first must cool before it is used."""
    made = agency.key_from_leaf(value, index)
    what = f"a key of the agency {made.agency} was published."
    desk = _desk(case, index, made.agency, "published a key")
    if desk is not None and desk.suspended and not desk.left:
        case.blame(index, "agency-suspended", f"{what} It is suspended, and can open nothing it is given.")
    known = case.world.keys.setdefault(made.agency, [])
    rules = case.in_force(index, at, what)
    if rules is not None:
        _check_cooling(case, index, what, rules, made, known, at)
    if any(one.recipient == made.recipient for one in known):
        case.blame(index, "agency-key-again", f"{what} The same key was published before.")
    known.append(Key(made.recipient, index, at, made.from_at))


def _check_cooling(
    case: Case, index: int, what: str, rules: Regime, made: agency.Key, known: list[Key], at: datetime
) -> None:
    """The time from which the key is used is the one that the law gives it."""
    days = rules.conduct.key_cooling_days
    cools = agency.was_in_force(as_keys(made.agency, known), at)
    due = at + timedelta(days=days if cools else 0)
    if made.from_at < due:
        sentence = f"{what} A key that follows another must cool for {days} days before it is used."
        case.blame(index, "agency-key-cooling", sentence, rules.conduct.sources["key_cooling_days"])


def revoked(case: Case, index: int, value: dict[str, Any], at: datetime) -> None:
    """A key is revoked, once, by its agency."""
    id, recipient, _ = agency.revoked_from_leaf(value)
    for known in case.world.keys.get(id, []):
        if known.recipient == recipient and known.revoked_at is None:
            known.revoked_at = at
            return
    sentence = f"a key of the agency {id} was revoked that it did not have, or that was revoked before."
    case.blame(index, "agency-key-unknown", sentence)


def as_keys(agency_id: str, known: list[Key]) -> list[agency.Key]:
    """The keys of one agency as the law reads them."""
    return [agency.Key(agency_id, k.recipient, k.since, k.revoked_at, k.index) for k in known]


def _desk(case: Case, index: int, id: str, did: str) -> Desk | None:
    """The agency that did something, which only a verified one that has not left can."""
    desk = case.world.desks.get(id)
    if desk is None:
        case.blame(index, "agency-unverified", f"{id} {did}, and is no verified agency.")
    elif desk.left:
        case.blame(index, "agency-left", f"the agency {id} {did}, after it had left for good.")
    return desk
