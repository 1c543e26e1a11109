"""The judge: tests a Request for Assistance against every rule of a regime and says all it finds.

The same call serves the officer's form while typing, the submission, the publication, and the audit
by anyone, so nothing here depends on who asks. Each test is one function: it gives None when the rule
is met, else the words to fill the rule's message with. Rules: spec/rfa.md.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from vicinage.core import wording
from vicinage.core.agency import Agency, standing
from vicinage.core.draft import Earlier, Rfa, incident, posts_before
from vicinage.core.event import Finding
from vicinage.core.place import AREA_TOLERANCE, SQUARE_MILE_M2, area_m2, flaws
from vicinage.core.review import Asked, questions, searched
from vicinage.core.rules import Regime, Rule

__all__ = ["CHECKS", "Asked", "is_mail", "is_phone", "judge", "questions"]

MAIL = re.compile(r"[^\s@,;<>\"]{1,64}@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}\Z", re.IGNORECASE)
PHONE = re.compile(
    r"\+?[0-9][0-9 ().\-/]{5,24}( ?(x|ext\.?) ?[0-9]{1,6})?\Z|\([0-9]{1,5}\)[0-9 ().\-/]{5,22}\Z"
)

Words = Mapping[str, str]


@dataclass(frozen=True)
class Matter:
    """What is judged: everything a test may look at."""

    regime: Regime
    rfa: Rfa
    agency: Agency | None
    earlier: tuple[Earlier, ...]
    at: datetime


Check = Callable[[Matter, Rule], Words | None]


def _length(text: str, limits: tuple[int, int]) -> Words | None:
    size = len(text.strip())
    seen = sum(ch.isprintable() or ch.isspace() for ch in text.strip())  # not the signs nobody sees
    if limits[0] <= seen and size <= limits[1]:
        return None
    return {
        "actual": str(size if size > limits[1] else seen),
        "least": str(limits[0]),
        "most": str(limits[1]),
    }


def _verified(m: Matter, rule: Rule) -> Words | None:
    known = m.agency is not None and m.agency.id == m.rfa.agency and m.agency.until is not None
    return None if known else {}


def _title(m: Matter, rule: Rule) -> Words | None:
    return _length(m.rfa.title, rule.value)


def _text(m: Matter, rule: Rule) -> Words | None:
    return _length(m.rfa.text, rule.value)


def _offence(m: Matter, rule: Rule) -> Words | None:
    return None if m.rfa.offence in m.regime.offences else {"actual": m.rfa.offence[:60]}


def _reference(m: Matter, rule: Rule) -> Words | None:
    return _length(m.rfa.reference if incident(m.rfa.reference) else "", rule.value)


def is_mail(contact: str) -> bool:
    """Whether the text is one e-mail address."""
    return len(contact) <= 254 and MAIL.match(contact) is not None


def is_phone(contact: str) -> bool:
    """Whether the text is one telephone number, of 7 to 15 digits before any extension."""
    number = re.split("x|ext", contact)[0]
    return PHONE.match(contact) is not None and 7 <= sum(ch.isdigit() for ch in number) <= 15


def _contact(m: Matter, rule: Rule) -> Words | None:
    contact = m.rfa.contact.strip()
    return None if is_mail(contact) or is_phone(contact) else {"actual": contact[:60]}


def _window(m: Matter, rule: Rule) -> Words | None:
    return None if m.rfa.window is not None else {}


def _lasting(seconds: float) -> str:
    hours, rest = divmod(int(seconds), 3600)
    minutes, left = divmod(rest, 60)
    parts = [f"{n} {unit}" for n, unit in ((hours, "h"), (minutes, "min"), (left, "s")) if n]
    return " ".join(parts) or "0 s"


def _window_min(m: Matter, rule: Rule) -> Words | None:
    if m.rfa.window is None or m.rfa.window.duration_s >= rule.value:
        return None
    return {"actual": _lasting(m.rfa.window.duration_s), "limit": _lasting(rule.value)}


def _window_max(m: Matter, rule: Rule) -> Words | None:
    if m.rfa.window is None or m.rfa.window.duration_s <= rule.value:
        return None
    return {"actual": _lasting(m.rfa.window.duration_s), "limit": _lasting(rule.value)}


def _window_past(m: Matter, rule: Rule) -> Words | None:
    if m.rfa.window is None or m.rfa.window.end <= m.at:
        return None
    return {"ahead": _lasting(max(1.0, (m.rfa.window.end - m.at) / timedelta(seconds=1)))}


def _window_age(m: Matter, rule: Rule) -> Words | None:
    if m.rfa.window is None or m.rfa.window.start >= m.at - timedelta(seconds=rule.value):
        return None
    return {"limit": f"{rule.value / 86400:g}"}


def _area(m: Matter, rule: Rule) -> Words | None:
    return None if m.rfa.area is not None else {}


FLAWS = {
    "antimeridian": "it crosses the antimeridian (180 degrees)",
    "self-crossing": "its border crosses or touches itself",
    "stretched": "it is more than 10 km across",
    "spiked": "it has an arm less than 30 m wide that reaches out more than 60 m",
}


def _shape(m: Matter, rule: Rule) -> Words | None:
    wrong = flaws(m.rfa.area) if m.rfa.area is not None else ()
    return {"flaws": " and ".join(FLAWS[flaw] for flaw in wrong)} if wrong else None


def _miles(m: Matter) -> float | None:
    """The area in square miles, or None where there is none that can be measured."""
    if m.rfa.area is None or flaws(m.rfa.area):
        return None
    return area_m2(m.rfa.area) / SQUARE_MILE_M2


def _area_min(m: Matter, rule: Rule) -> Words | None:
    miles = _miles(m)
    if miles is None or miles >= rule.value * (1 - AREA_TOLERANCE):
        return None
    return {"actual": f"{miles:.4f}", "limit": f"{rule.value:g}"}


def _area_max(m: Matter, rule: Rule) -> Words | None:
    miles = _miles(m)
    if miles is None or miles <= rule.value * (1 + AREA_TOLERANCE):
        return None
    return {"actual": f"{miles:.4f}", "limit": f"{rule.value:g}"}


def _posts(m: Matter, rule: Rule) -> Words | None:
    before = posts_before(m.rfa, m.earlier) if incident(m.rfa.reference) else 0
    if before < rule.value:
        return None
    return {"before": str(before), "limit": str(rule.value), "reference": m.rfa.reference.strip()[:60]}


def _race(m: Matter, rule: Rule) -> Words | None:
    words, text = m.regime.words, searched(m.regime, m.rfa)
    term = wording.race_named(text, words)
    if not term or wording.features(text, words) >= rule.value:
        return None
    return {"term": term, "found": str(wording.features(text, words)), "limit": str(rule.value)}


# In the order in which an officer fills in the form; the value is the field and the test.
CHECKS: Mapping[str, tuple[str, Check]] = {
    "agency-verified": ("agency", _verified),
    "title-length": ("title", _title),
    "offence-listed": ("offence", _offence),
    "reference-required": ("reference", _reference),
    "incident-posts-max": ("reference", _posts),
    "contact-reachable": ("contact", _contact),
    "window-required": ("window", _window),
    "window-min": ("window", _window_min),
    "window-max": ("window", _window_max),
    "window-past": ("window", _window_past),
    "window-age-max": ("window", _window_age),
    "area-required": ("area", _area),
    "area-shape": ("area", _shape),
    "area-min": ("area", _area_min),
    "area-max": ("area", _area_max),
    "text-length": ("text", _text),
    "description-not-race-alone": ("text", _race),
}


def judge(
    regime: Regime, rfa: Rfa, agency: Agency | None, earlier: tuple[Earlier, ...], at: datetime
) -> tuple[Finding, ...]:
    """All findings on the rfa, for missing fields too; empty when it may go on.

    agency: as verified in the log, or None. earlier: the agency's other rfas that count. at: when it
    was submitted, or now while it is being written. Under a closed regime there is always a finding.
    """
    matter = Matter(regime, rfa, agency, earlier, at)
    found = [] if regime.conduct.route != "closed" else [_closed(regime)]
    found += standing(regime, agency, at) if agency is not None else ()
    for id, (field, check) in CHECKS.items():
        rule = regime.rules.get(id)
        words = check(matter, rule) if rule is not None else None
        if rule is not None and words is not None:
            found.append(Finding(id, rule.message, words, rule.source, rule.hint, field))
    return tuple(found)


def _closed(regime: Regime) -> Finding:
    """Nobody may ask: said whatever rules the file names."""
    return Finding(
        "route-open",
        "Nobody may ask for clips under the regime in force ({regime}).",
        {"regime": regime.title},
        regime.conduct.sources.get("route", ""),
        "Safety tips, updates and community events can still be posted where the regime lists them.",
        "agency",
    )
