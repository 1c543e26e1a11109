"""A request regime: the rules in force for Requests for Assistance, as data. Format: spec/regime.md.

A regime names each rule it wants judged; the judge knows how to test each rule that is named in KINDS.
A regime that names an unknown rule is refused, so that no rule is ever silently skipped.
"""

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from vicinage.core import canonical, leaf
from vicinage.core.errors import RegimeError
from vicinage.core.event import BLANK, Decision, Event
from vicinage.core.wording import LISTS

NAME = re.compile(r"[a-z][a-z0-9-]{1,39}\Z")
MAX_BYTES = 65536
# The rules a regime may name, and the kind of value each needs.
KINDS: Mapping[str, type] = {
    "agency-verified": bool,
    "agency-kind": list,
    "agency-level": list,
    "agency-domain": bool,
    "agency-retention-max": int,
    "title-length": list,
    "text-length": list,
    "offence-listed": bool,
    "reference-required": list,
    "contact-reachable": bool,
    "window-required": bool,
    "window-min": int,
    "window-max": int,
    "window-past": bool,
    "area-required": bool,
    "area-shape": bool,
    "area-min": float,
    "area-max": float,
    "incident-posts-max": int,
    "description-not-race-alone": int,
}


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
    """One thing that only a person can judge, asked of the moderator."""

    id: str
    question: str
    source: str


@dataclass(frozen=True)
class Regime:
    """A regime as read.

    rules: by rule id. offences: code -> title, in the order of the file. review: the questions put to
    the moderator. words: the lists the judge reads text with. sha256: of the TOML bytes, as adopted.
    """

    name: str
    title: str
    summary: str
    rules: Mapping[str, Rule]
    offences: Mapping[str, str]
    review: tuple[Question, ...]
    words: Mapping[str, tuple[str, ...]]
    sha256: str


def _text(value: object, name: str, most: int = 600) -> str:
    if not isinstance(value, str) or not 1 <= len(value) <= most:
        raise RegimeError("regime-text", f"In the regime, {name} must be a text of 1 to {most} characters.")
    return value


def _table(value: object, name: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise RegimeError("regime-table", f"In the regime, {name} must be a table.")
    return value


def _rule(id: str, entry: object) -> Rule:
    if id not in KINDS:
        raise RegimeError(
            "regime-unknown-rule", f"The regime names a rule that the judge does not know: {id!r}."
        )
    fields = _table(entry, id)
    value = fields.get("value")
    if type(value) is not KINDS[id]:
        raise RegimeError("regime-value", f"The value of the rule {id} must be of kind {KINDS[id].__name__}.")
    parts = [_text(fields.get(part), f"{part} of {id}") for part in ("message", "source", "hint")]
    if set("{}") & set(BLANK.sub("", parts[0])):
        raise RegimeError(
            "regime-message", f"The message of the rule {id} has braces around what is no plain name."
        )
    return Rule(id, tuple(value) if isinstance(value, list) else value, *parts)


def _words(value: object) -> dict[str, tuple[str, ...]]:
    found = {}
    for name, entries in _table(value, "words").items():
        if not isinstance(entries, list) or len(entries) > 500:
            raise RegimeError(
                "regime-words", f"In the regime, words.{name} must be a list of at most 500 words."
            )
        found[name] = tuple(_text(entry, f"words.{name}", 120) for entry in entries)
    return found


def parse(toml: bytes) -> Regime:
    """Read a regime from its TOML bytes, at most 64 KiB. Raises RegimeError."""
    if len(toml) > MAX_BYTES:
        raise RegimeError("regime-too-long", f"The regime has {len(toml)} bytes; the limit is {MAX_BYTES}.")
    try:
        data = tomllib.loads(toml.decode("utf-8"))
    except (ValueError, RecursionError) as e:
        raise RegimeError("regime-unreadable", f"The regime is not TOML: {e}.") from e
    words = _words(data.get("words", {}))
    if "description-not-race-alone" in data.get("rules", {}) and not all(words.get(name) for name in LISTS):
        raise RegimeError(
            "regime-words", f"The rule on descriptions needs the lists words.{', words.'.join(LISTS)}."
        )
    name = _text(data.get("name"), "name")
    if data.get("version") != 1 or NAME.match(name) is None:
        raise RegimeError(
            "regime-version", "The regime must be of version 1 and have a name in small letters."
        )
    review = tuple(
        Question(id, _text(_table(entry, id).get("question"), id), _text(entry.get("source"), id))
        for id, entry in _table(data.get("review", {}), "review").items()
    )
    offences = _table(data.get("offences", {}), "offences").items()
    return Regime(
        name=name,
        title=_text(data.get("title"), "title"),
        summary=_text(data.get("summary"), "summary", 2000),
        rules={id: _rule(id, entry) for id, entry in _table(data.get("rules"), "rules").items()},
        offences={code: _text(title, f"offences.{code}", 120) for code, title in offences},
        review=review,
        words=words,
        sha256=hashlib.sha256(toml).hexdigest(),
    )


def adopt(regime_name: str, toml_bytes: bytes, at: datetime) -> Decision:
    """Put a regime in force: an event `regime.adopted` whose text is the TOML itself. Raises RegimeError."""
    regime = parse(toml_bytes)
    if regime.name != regime_name:
        raise RegimeError("regime-name", f"The file names the regime {regime.name!r}, not {regime_name!r}.")
    entry = leaf.public("regime.adopted", at, {"name": regime.name, "sha256": regime.sha256})
    return Decision("adopted", (), Event("regime.adopted", regime.name, entry, toml_bytes, private=False))


def from_leaf(entry: Mapping[str, Any], toml_bytes: bytes) -> Regime:
    """The regime that a `regime.adopted` leaf put in force; its hash is checked. Raises RegimeError."""
    fields = canonical.members(entry, ("v", "type", "at", "name", "sha256"))
    regime = parse(toml_bytes)
    if (fields["name"], fields["sha256"]) != (regime.name, regime.sha256):
        raise RegimeError(
            "regime-mismatch",
            f"The regime file beside the log is not the one the log names: {fields['name']!r}.",
        )
    return regime
