"""What a text says of people: whether it names someone by race without enough else to know them by.

The words are data of the regime (`words.*`). A mention is a term of `race`, or a term of
`race_with_person` that speaks of a person: before a noun of `person` ("black man"), or after one
("suspect is black", "race: white"), so that a black jacket and a white van are no mention.
A feature is one entry of `features`; its spellings are parted by "|" and count once. Age, sex and
race are not features: they fit too many people. A person reviews each text as well.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from vicinage.core import disguise
from vicinage.core.alike import latin

MAX_TEXT = 20000  # characters that are searched; longer texts break another rule
Words = Mapping[str, tuple[str, ...]]
_DRESS = re.compile(r"""["*_~`|=+<>\[\]{}\u201c\u201d\u201e\u00ab\u00bb]|(?<!\w)'|'(?!\w)""")


def plain(text: str) -> str:
    """The text as it is searched: look-alike letters as one, quotes and the like as spaces, runs of
    spaces as one, none around a slash.
    """
    bare = _DRESS.sub(" ", latin(text[:MAX_TEXT]))
    return re.sub(r" ?/ ?", "/", re.sub(r"\s+", " ", bare))


@lru_cache(maxsize=64)
def _any_of(words: tuple[str, ...]) -> str:
    spellings = sorted((s for word in words for s in word.split("|")), key=len, reverse=True)
    return "(?:" + "|".join(re.escape(s).replace(r"\ ", r"[ -]") for s in spellings) + ")"


@lru_cache(maxsize=16)
def _patterns(lists: tuple[tuple[str, ...], ...]) -> tuple[re.Pattern[str], ...]:
    """Four searches; the term is group 1 of each."""
    race, term, person, subject, sex, between = (_any_of(words) for words in lists)
    gap, wide = r"[ /-]+", r"[ ,/()-]+"
    copula = rf"(?:is|was|are|were|appears|appeared|described as|to be|a|an|possibly|{between})"
    ends = r"(?=\s*(?:[.,;:)/!?]|$|and\b|in\b|with\b|about\b|aged?\b|\d))"
    return (
        re.compile(rf"(?<!\w)({race})(?!\w)"),
        re.compile(rf"(?<!\w)({term}){gap}(?:(?:{between}|\d+s?){gap}){{0,4}}{person}(?!\w)"),
        re.compile(rf"(?<!\w)({term}){wide}{sex}(?!\w)"),
        re.compile(
            rf"(?<!\w)(?:{person}|{subject})(?:(?:{wide}|: ?){copula}(?!\w)){{0,6}}"
            rf"(?:{wide}|: ?)({term})(?!\w){ends}"
        ),
    )


LISTS = ("race", "race_with_person", "person", "subject", "sex", "between")


def views(text: str, words: Words) -> tuple[str, ...]:
    """The ways in which a text is searched: as it stands, and with disguised words written out."""
    known = tuple(words.get(name, ()) for name in ("race", "race_with_person", "person", "sex"))
    return _views(text[:MAX_TEXT], known)


@lru_cache(maxsize=8)  # each rule and each question looks at the same text
def _views(shown: str, known: disguise.Lists) -> tuple[str, ...]:
    return tuple(dict.fromkeys(plain(view) for view in (shown, *disguise.undone(shown, known))))


def race_named(text: str, words: Words) -> str:
    """The first term of the text that names a person's race, or an empty text."""
    lists = tuple(words.get(name, ()) for name in LISTS)
    if not all(lists):
        return ""
    for view in views(text, words):
        found = [m for p in _patterns(lists) if (m := p.search(view))]
        if found:
            return min(found, key=lambda m: m.start(1)).group(1)
    return ""


def features(text: str, words: Words) -> int:
    """How many distinct features of body, clothing or conduct the text gives."""
    searched = plain(text)
    given = _held(searched, words.get("features", ()))
    return sum(re.search(rf"(?<!\w){_any_of((entry,))}(?!\w)", searched) is not None for entry in given)


def _held(searched: str, entries: tuple[str, ...]) -> tuple[str, ...]:
    """The entries of which some spelling is in the text at all: a quick look before the careful one."""
    flat = searched.replace("-", " ")
    return tuple(e for e in entries if any(s.replace("-", " ") in flat for s in e.split("|")))


def found(text: str, entries: tuple[str, ...], words: Words) -> tuple[str, ...]:
    """The entries of a list that the text holds, as written there, in its order, none twice.

    words: all lists of the regime, by which disguised words are known.
    """
    if not entries:
        return ()
    pattern = re.compile(rf"(?<!\w)({_any_of(entries)})(?!\w)")
    return tuple(dict.fromkeys(term for view in views(text, words) for term in pattern.findall(view)))
