"""A request regime as values: rules, conduct, questions, words; and its file. Format: spec/regime.md.

A regime names each rule it wants judged; the judge knows how to test each rule that is named in KINDS.
A regime that names an unknown rule, or anything else that is not read, is refused, so that no rule is
ever silently skipped.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from vicinage.core import toml_file
from vicinage.core.errors import RegimeError
from vicinage.core.event import BLANK
from vicinage.core.toml_file import Kind, TomlFile
from vicinage.core.wording import LISTS

NAME = re.compile(r"[a-z][a-z0-9-]{1,39}\Z")
CODE = re.compile(r"[a-z][a-z0-9-]{0,59}\Z")
MAX_BYTES = 65536
AGENCY_KINDS = ("police", "fire", "emergency")
AGENCY_LEVELS = ("local", "county", "state", "tribal", "campus", "federal")
EVIDENCE = ("acknowledgement", "call-back", "directory", "dns-txt", "gov-domain", "mail")
ROUTES = ("public", "mediated", "closed")
POST_KINDS = ("tip", "update", "event")
ANSWERS = ("yes", "no")
_DOMAIN = r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z]{2,63}"

# The rules a regime may name, and the kind of value each needs.
KINDS: Mapping[str, Kind] = {
    "agency-verified": toml_file.true(),
    "agency-kind": toml_file.some_of(AGENCY_KINDS),
    "agency-level": toml_file.some_of(AGENCY_LEVELS),
    "agency-domain": toml_file.true(),
    "agency-domain-refused": toml_file.names(_DOMAIN, "domains in small letters"),
    "agency-retention-max": toml_file.whole(1, 36500),
    "agency-evidence": toml_file.some_of(EVIDENCE, choices=True),
    "title-length": toml_file.limits(200),
    "text-length": toml_file.limits(20000),
    "offence-listed": toml_file.true(),
    "reference-required": toml_file.limits(200),
    "contact-reachable": toml_file.true(),
    "window-required": toml_file.true(),
    "window-min": toml_file.whole(1, 31 * 86400),
    "window-max": toml_file.whole(1, 31 * 86400),
    "window-past": toml_file.true(),
    "window-age-max": toml_file.whole(1, 3660 * 86400),
    "area-required": toml_file.true(),
    "area-shape": toml_file.true(),
    "area-min": toml_file.number(0.0001, 100.0),
    "area-max": toml_file.number(0.0001, 100.0),
    "incident-posts-max": toml_file.whole(1, 100),
    "description-not-race-alone": toml_file.whole(1, 20),
}
# How things are done under a regime: all of these must stand in [conduct].
CONDUCT: Mapping[str, Kind] = {
    "route": toml_file.one_of(ROUTES),
    "notice_days": toml_file.whole(1, 366),
    "open_days": toml_file.whole(1, 366),
    "answer_days": toml_file.whole(1, 366),
    "key_cooling_days": toml_file.whole(1, 90),
    "renewal_days": toml_file.whole(1, 1096),
    "approvals": toml_file.whole(1, 9),
    "posts": toml_file.some_of(POST_KINDS, least=0),
}
_TOP = ("version", "name", "title", "summary", "conduct", "rules", "offences", "review", "words")


@dataclass(frozen=True)
class Rule:
    """One rule: its id, the limit or list it works with, the message for who breaks it, source, hint."""

    id: str
    value: Any
    message: str
    source: str
    hint: str


@dataclass(frozen=True)
class Question:
    """One thing that only a person can judge, asked of the moderator, whose answer is logged.

    passes: the answer with which an rfa may go on. words: the list of `Regime.words` whose entries in the
    text the moderator is shown, or "". exempt: codes of offences for which the other answer may pass too,
    with a reason. assemblies: whether overlaps with lawful assemblies are shown here.
    """

    id: str
    question: str
    source: str
    passes: str = "no"
    words: str = ""
    exempt: tuple[str, ...] = ()
    assemblies: bool = False


@dataclass(frozen=True)
class Conduct:
    """How things are done under a regime. All `_days` are whole days of 86,400 seconds.

    route: "public" (an rfa is published), "mediated" (passed on by mail, published when it closes), or
    "closed" (nobody may ask). notice_days: before a change of regime takes force. open_days: how long an
    rfa takes answers. answer_days: how long open rfas do once a closed regime takes force. posts: what an
    agency may post. sources: where each of these comes from.
    """

    route: str
    notice_days: int
    open_days: int
    answer_days: int
    key_cooling_days: int
    renewal_days: int
    approvals: int
    posts: tuple[str, ...]
    sources: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Regime:
    """A regime as read.

    rules: by rule id. conduct: how things are done. offences: code -> title, in the order of the file.
    review: the questions put to the moderator. words: the lists the judge reads text with. sha256: of the
    TOML bytes, as adopted.
    """

    name: str
    title: str
    summary: str
    rules: Mapping[str, Rule]
    conduct: Conduct
    offences: Mapping[str, str]
    review: tuple[Question, ...]
    words: Mapping[str, tuple[str, ...]]
    sha256: str


def parse(toml: bytes) -> Regime:
    """Read a regime from its TOML bytes, at most 64 KiB. Raises RegimeError with line, value and hint."""
    file = TomlFile(toml, MAX_BYTES)
    data = file.data
    file.only("", data, _TOP)
    if data.get("version") != 1 or isinstance(data["version"], bool):
        raise file.wrong("regime-version", "version", data.get("version"), "1", "Write version = 1.")
    name = file.text("name", data.get("name"))
    if NAME.match(name) is None:
        should = "2 to 40 small letters, digits and hyphens, a letter first"
        raise file.wrong("regime-name", "name", name, should, "For example public-2021.")
    offences = _offences(file)
    words = _words(file)
    rules = file.table("rules", data.get("rules", {}))
    file.only("rules", rules, KINDS)
    regime = Regime(
        name=name,
        title=file.text("title", data.get("title")),
        summary=file.text("summary", data.get("summary"), 2000),
        rules={id: _rule(file, id, entry) for id, entry in rules.items()},
        conduct=_conduct(file),
        offences=offences,
        review=_review(file, offences, words),
        words=words,
        sha256=hashlib.sha256(toml).hexdigest(),
    )
    _check_together(file, regime)
    return regime


def _rule(file: TomlFile, id: str, entry: object) -> Rule:
    path = f"rules.{id}"
    fields = file.table(path, entry)
    file.only(path, fields, ("value", "message", "source", "hint"))
    value = file.value(f"{path}.value", fields.get("value"), KINDS[id])
    parts = [file.text(f"{path}.{part}", fields.get(part)) for part in ("message", "source", "hint")]
    if set("{}") & set(BLANK.sub("", parts[0])):
        should = "a text with braces around plain names only, such as {limit}"
        raise file.wrong("regime-message", f"{path}.message", parts[0], should, "Take the other braces out.")
    return Rule(id, value, *parts)


def _conduct(file: TomlFile) -> Conduct:
    given = file.part("conduct", file.data)
    file.only("conduct", given, CONDUCT)
    values: dict[str, Any] = {}
    sources = {}
    for name, kind in CONDUCT.items():
        path = f"conduct.{name}"
        fields = file.part(path, given)
        file.only(path, fields, ("value", "source"))
        values[name] = file.value(f"{path}.value", fields.get("value"), kind)
        sources[name] = file.text(f"{path}.source", fields.get("source"))
    return Conduct(**values, sources=sources)


def _offences(file: TomlFile) -> dict[str, str]:
    found = {}
    for code, title in file.table("offences", file.data.get("offences", {})).items():
        path = f"offences.{code}"
        if CODE.match(code) is None:
            raise file.wrong("regime-offence", path[:80], code, "a code of small letters, digits and hyphens")
        found[code] = file.text(path, title, 120)
    return found


def _words(file: TomlFile) -> dict[str, tuple[str, ...]]:
    found = {}
    for name, entries in file.table("words", file.data.get("words", {})).items():
        path = f"words.{name}"
        if not isinstance(entries, list) or not 1 <= len(entries) <= 500:
            raise file.wrong("regime-words", path[:80], entries, "a list of 1 to 500 words")
        found[name] = tuple(file.text(path, entry, 300) for entry in entries)
    return found


def _review(
    file: TomlFile, offences: Mapping[str, str], words: Mapping[str, tuple[str, ...]]
) -> tuple[Question, ...]:
    found = []
    for id, entry in file.table("review", file.data.get("review", {})).items():
        path = f"review.{id}"
        if CODE.match(id) is None:
            raise file.wrong("regime-review", path[:80], id, "a name of small letters, digits and hyphens")
        fields = file.table(path, entry)
        file.only(path, fields, ("question", "source", "passes", "words", "exempt", "assemblies"))
        question = Question(
            id,
            file.text(f"{path}.question", fields.get("question")),
            file.text(f"{path}.source", fields.get("source")),
            file.value(f"{path}.passes", fields.get("passes"), toml_file.one_of(ANSWERS)),
            file.value(f"{path}.words", fields.get("words", ""), toml_file.one_of(("", *words))),
            file.value(f"{path}.exempt", fields.get("exempt", []), toml_file.some_of(offences, least=0)),
            fields.get("assemblies", False),
        )
        if not isinstance(question.assemblies, bool):
            raise file.wrong("regime-value", f"{path}.assemblies", question.assemblies, "true or false")
        found.append(question)
    return tuple(found)


def _check_together(file: TomlFile, regime: Regime) -> None:
    """What no value says by itself. Raises RegimeError."""
    rules = regime.rules
    for least, most in (("window-min", "window-max"), ("area-min", "area-max")):
        if least in rules and most in rules and rules[least].value > rules[most].value:
            should = f"at most {rules[most].value}, the value of {most}"
            path = f"rules.{least}.value"
            raise file.wrong("regime-order", path, rules[least].value, should, "No request could meet both.")
    if "description-not-race-alone" in rules and not all(regime.words.get(name) for name in LISTS):
        missing = next(name for name in LISTS if not regime.words.get(name))
        raise RegimeError(
            "regime-words",
            f"{file.where('rules.description-not-race-alone')} needs the list words.{missing}.",
            f"It reads texts with words.{', words.'.join(LISTS)}.",
        )
    if "offence-listed" in rules and not regime.offences:
        raise RegimeError(
            "regime-offence",
            f"{file.where('rules.offence-listed')} needs a list [offences], which is empty.",
            "No request could name an offence.",
        )
    if regime.conduct.route != "closed" and not regime.review:
        raise RegimeError(
            "regime-review",
            f"{file.where('review')} is missing: a person must review each request.",
            "Write at least one table [review.NAME] with question, source and passes.",
        )
