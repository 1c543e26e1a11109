"""Steps of regimes: the first is adopted, each later one announced in time."""

from datetime import datetime
from typing import Any

from vicinage.core import regime
from vicinage.core.span import parse_instant
from vicinage.evidence import texts
from vicinage.evidence.events.case import Case
from vicinage.evidence.world import Ruled


def adopted(case: Case, index: int, value: dict[str, Any], at: datetime) -> None:
    """A log's first regime comes into force; no other comes this way."""
    toml = _toml(case, index, value)
    if toml is None:
        return
    if case.world.rules:
        sentence = "a regime was adopted, but only a log's first one is; later ones are announced ahead."
        case.blame(index, "regime-adopted-again", sentence)
    case.rule(Ruled(at, index, value, toml))


def announced(case: Case, index: int, value: dict[str, Any], at: datetime) -> None:
    """A change of regime is announced, as long ahead as the regime then in force demands."""
    toml = _toml(case, index, value)
    if toml is None:
        return
    what = f"the regime {value.get('name')!r} was announced."
    before = case.schedule
    case.rule(Ruled(parse_instant(value.get("effective_at")), index, value, toml))
    if before.in_force(at) is None:
        return case.blame(index, "regime-missing", f"{what} No regime was in force that allows it.")
    for finding in regime.notice(before, case.world.rules[-1].at, at):
        case.find(index, what, finding)


def _toml(case: Case, index: int, value: dict[str, Any]) -> str | None:
    """The regime's file; without it nothing under it can be judged, so it is never redacted."""
    data = texts.find(case.fetch, index, value["type"])
    if data is None:
        sentence = f"the text of the regime {value.get('name')!r} is not beside the log."
        case.blame(index, "regime-text", sentence)
        return None
    if not texts.fits(value, data):
        sentence = f"the text of the regime {value.get('name')!r} is not the one that the entry names."
        case.blame(index, "regime-mismatch", sentence)
        return None
    case.world.texts[index] = value["type"]
    return data.decode("utf-8", "replace")
