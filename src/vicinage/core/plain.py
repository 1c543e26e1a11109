"""A regime in plain words, for people who will never break a rule: on the console, and on the pages.

Sentences are whole and in English here; a page translates the message before it fills it.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from vicinage.core.event import fill
from vicinage.core.rules import CONDUCT, Conduct, Question, Regime, Rule


def gettext_noop(message: str) -> str:
    """Mark a message for translation by those above; this floor knows no language but one."""
    return message


class Sentence(NamedTuple):
    """A message with {names}, and what to fill them with."""

    message: str
    args: Mapping[str, str]

    def __str__(self) -> str:
        return fill(self.message, self.args)


class Said(NamedTuple):
    """One part of a regime: its name in the file, what it means, where it comes from."""

    name: str
    sentence: Sentence
    source: str


class Difference(NamedTuple):
    """What two regimes say under one name; None where one of them says nothing."""

    name: str
    before: Sentence | None
    after: Sentence | None


RULES: Mapping[str, str] = {
    "agency-verified": gettext_noop("Only an agency that was verified by a person may act."),
    "agency-kind": gettext_noop("Kinds of agency admitted: {limit}."),
    "agency-level": gettext_noop("Levels of government admitted: {limit}. No other."),
    "agency-domain": gettext_noop("An agency and its officers use an official e-mail domain."),
    "agency-domain-refused": gettext_noop("Domains that no agency may have, nor any below them: {limit}."),
    "agency-retention-max": gettext_noop("An agency states how long it keeps clips: at most {limit} days."),
    "agency-evidence": gettext_noop("Before an agency is verified, the operators see all of: {limit}."),
    "title-length": gettext_noop("A title has {least} to {most} characters."),
    "text-length": gettext_noop("A text has {least} to {most} characters."),
    "offence-listed": gettext_noop(
        "A request names the offence or incident under investigation, from a list."
    ),
    "reference-required": gettext_noop("A request carries the agency's reference number."),
    "contact-reachable": gettext_noop(
        "A request gives the investigator's e-mail address or telephone number."
    ),
    "window-required": gettext_noop("A request says from when to when."),
    "window-min": gettext_noop("The time asked for lasts at least {lasting}."),
    "window-max": gettext_noop("The time asked for lasts at most {lasting}."),
    "window-past": gettext_noop("The time asked for is over: nobody can ask ahead."),
    "window-age-max": gettext_noop("The time asked for began at most {lasting} ago."),
    "area-required": gettext_noop("A request says where."),
    "area-shape": gettext_noop("The area is one simple shape."),
    "area-min": gettext_noop(
        "The area has at least {limit} square mile, so that it points to no single home."
    ),
    "area-max": gettext_noop("The area has at most {limit} square mile."),
    "incident-posts-max": gettext_noop("An agency posts at most {limit} requests on one incident."),
    "description-not-race-alone": gettext_noop(
        "Nobody is described by race alone: where race is named, at least {limit} other features are given."
    ),
}
ROUTES: Mapping[str, str] = {
    "public": gettext_noop("A request is a public post that anyone can read."),
    "mediated": gettext_noop(
        "A request is passed on by private mail and made public when it closes; "
        "the agency never learns who received it."
    ),
    "closed": gettext_noop("Nobody may ask for clips."),
}
CONDUCTS: Mapping[str, str] = {
    "notice_days": gettext_noop("A change of these rules is announced at least {limit} days ahead."),
    "open_days": gettext_noop("A request takes answers for {limit} days."),
    "answer_days": gettext_noop(
        "Once requests end, those still open take answers for at most {limit} days more."
    ),
    "key_cooling_days": gettext_noop("An agency's new key is in the log {limit} days before it is used."),
    "renewal_days": gettext_noop("The verification of an agency lapses after {limit} days, unless renewed."),
    "approvals": gettext_noop("Operators who must approve an agency: {limit}."),
    "posts": gettext_noop("What an agency may post besides: {limit}."),
}
NO_POSTS = gettext_noop("An agency may post nothing besides.")
ASSEMBLIES = gettext_noop("The reviewer is shown assemblies that the request meets.")
LIST = gettext_noop("A list of words; its entries: {count}.")
REVIEWED = gettext_noop('A person answers: "{question}" It goes on with: {passes}.')
EXEMPT = gettext_noop(
    'A person answers: "{question}" It goes on with: {passes}; for {exempt} also else, with a reason.'
)


def rule(rule: Rule) -> Sentence:
    """A rule in a sentence; the judge's own message where we have no plainer one."""
    value = rule.value
    args = {"limit": value_words(value)}
    if isinstance(value, tuple) and len(value) == 2:
        args |= {"least": str(value[0]), "most": str(value[1])}
    if isinstance(value, int) and not isinstance(value, bool):
        args["lasting"] = lasting(value)
    return Sentence(RULES.get(rule.id, rule.message), args)


def conduct(name: str, conduct: Conduct) -> Sentence:
    """One value of the conduct, by its name in the file, in a sentence."""
    value = getattr(conduct, name)
    if name == "route":
        return Sentence(ROUTES[value], {})
    if name == "posts" and not value:
        return Sentence(NO_POSTS, {})
    return Sentence(CONDUCTS[name], {"limit": value_words(value)})


def question(question: Question) -> Sentence:
    """A question to the reviewer, and what answer lets a request go on."""
    args = {"question": question.question, "passes": question.passes, "exempt": ", ".join(question.exempt)}
    return Sentence(EXEMPT if question.exempt else REVIEWED, args)


def value_words(value: object) -> str:
    """A value as people read it: lists by commas, choices by "or", numbers short."""
    if isinstance(value, tuple):
        return ", ".join(str(part).replace("|", " or ") for part in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def lasting(seconds: int) -> str:
    """A length of time in its largest whole unit."""
    for unit, size in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if seconds % size == 0 and seconds > size:
            return f"{seconds // size} {unit}"
    return f"{seconds} seconds"


def parts(regime: Regime) -> Iterator[Said]:
    """Every part of a regime in the order of its file: conduct, rules, questions."""
    for name in CONDUCT:
        source = regime.conduct.sources.get(name, "")
        yield Said(f"conduct.{name}", conduct(name, regime.conduct), source)
    for each in regime.rules.values():
        yield Said(f"rules.{each.id}", rule(each), each.source)
    for asked in regime.review:
        yield Said(f"review.{asked.id}", question(asked), asked.source)


def differences(before: Regime, after: Regime) -> tuple[Difference, ...]:
    """What changes from one regime to another, in plain words; nothing of what stays, and all that does not.

    A part of which only the source, the message to who breaks it, or the like changes is named with that:
    "rules.window-max.hint". Of a list of words the entries that come and go are told.
    """
    old, new = _all(before), _all(after)
    found = []
    for name in {**old, **new}:
        parts_before, parts_after = old.get(name, {}), new.get(name, {})
        both = parts_before and parts_after
        for part in {**parts_before, **parts_after} if both else ("",):
            one, other = parts_before.get(part), parts_after.get(part)
            told = part == "value" and str(parts_before[""]) != str(parts_after[""])  # the sentence says it
            if str(one) != str(other) and not told:
                found.append(Difference(f"{name}.{part}" if part else name, one, other))
    for name in {**before.words, **after.words}:
        gone, come = _apart(before.words.get(name), after.words.get(name))
        if gone or come:
            found.append(Difference(f"words.{name}", gone, come))
    return tuple(found)


def _apart(
    before: tuple[str, ...] | None, after: tuple[str, ...] | None
) -> tuple[Sentence | None, Sentence | None]:
    if before is None or after is None:
        return _list(before), _list(after)
    gone = "; ".join(entry for entry in before if entry not in after)
    come = "; ".join(entry for entry in after if entry not in before)
    return (Sentence(gone, {}) if gone else None, Sentence(come, {}) if come else None)


def _list(entries: tuple[str, ...] | None) -> Sentence | None:
    return None if entries is None else Sentence(LIST, {"count": str(len(entries))})


def _all(regime: Regime) -> dict[str, dict[str, Sentence]]:
    """All that a regime says but its words: by name, the sentence under "", the rest by its part."""
    told = {"title": {"": regime.title}, "summary": {"": regime.summary}}
    told |= {f"offences.{code}": {"": title} for code, title in regime.offences.items()}
    for each in regime.rules.values():
        words = {"value": value_words(each.value), "message": each.message, "hint": each.hint}
        told[f"rules.{each.id}"] = words
    for asked in regime.review:
        shown = {"words": asked.words or "none", "assemblies": "yes" if asked.assemblies else "no"}
        told[f"review.{asked.id}"] = shown
    found = {name: {part: Sentence(text, {}) for part, text in rest.items()} for name, rest in told.items()}
    for said in parts(regime):
        rest = found.get(said.name, {})
        found[said.name] = {"": said.sentence, "source": Sentence(said.source, {}), **rest}
    return found
