"""What a text says of people: whether it names someone by race without enough else to know them by.

The words are data of the regime (`words.*`). A mention is a term of `race`, or a term of
`race_with_person` that stands for a person: before a noun of `person` ("black male"), or after one
("suspect is black", "male, white, 30s"), so that a black jacket and a white van are no mention.
A feature is one entry of `features`; its spellings are parted by "|" and count once. Age, sex and
race are not features: they fit too many people. A person reviews each text as well.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

Words = Mapping[str, tuple[str, ...]]


def plain(text: str) -> str:
    """The text as it is searched: NFKC, lower case, no format characters, each run of spaces as one."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    shown = "".join(ch for ch in folded if unicodedata.category(ch) != "Cf")
    return re.sub(r"\s+", " ", shown)


@lru_cache(maxsize=64)
def _any_of(words: tuple[str, ...]) -> str:
    spellings = sorted((s for word in words for s in word.split("|")), key=len, reverse=True)
    return "(?:" + "|".join(re.escape(s).replace(r"\ ", r"[ -]") for s in spellings) + ")"


@lru_cache(maxsize=16)
def _patterns(
    race: tuple[str, ...], coloured: tuple[str, ...], person: tuple[str, ...], between: tuple[str, ...]
) -> tuple[re.Pattern[str], ...]:
    term, noun, filler = _any_of(coloured), _any_of(person), _any_of(between)
    gap = r"[ ,/()-]+"
    linked = (
        rf"(?:(?:{gap}|: ?)(?:is|was|are|were|appears|appeared|described as|to be|a|an|possibly|{filler}))*"
    )
    ends = r"(?=\s*(?:[.,;:)/!?]|$|and\b|in\b|with\b|about\b|aged?\b|\d))"
    return (
        re.compile(rf"(?<!\w)({_any_of(race)})(?!\w)"),
        re.compile(rf"(?<!\w)({term}){gap}(?:(?:{filler}|\d+s?){gap}){{0,4}}{noun}(?!\w)"),
        re.compile(rf"(?<!\w){noun}{linked}(?:{gap}|: ?)({term})(?!\w){ends}"),
    )


def race_named(text: str, words: Words) -> str:
    """The first term of the text that names a person's race, or an empty text."""
    lists = (words.get(name, ()) for name in ("race", "race_with_person", "person", "between"))
    found = [m for p in _patterns(*lists) if (m := p.search(plain(text)))]
    return min(found, key=lambda m: m.start(1)).group(1) if found else ""


def features(text: str, words: Words) -> int:
    """How many distinct features of body, clothing or conduct the text gives."""
    searched = plain(text)
    return sum(
        re.search(rf"(?<!\w){_any_of((entry,))}(?!\w)", searched) is not None
        for entry in words.get("features", ())
    )
