"""Words written so that only people read them, written out: "B l a c k", "bl.ack", "b1ack", "B.M.".

Each view is searched besides the text as it stands, so that writing a word out never hides another.
It is a net, not a proof: a person reads each text too.
"""

import re
from functools import lru_cache

from vicinage.core.alike import latin

_APART = r"[\s.,\-_*/|+~\u00b7\u2022]{1,3}"
_LETTERS = re.compile(rf"(?<!\w)(?:[^\W_]{_APART}){{3,}}[^\W_](?!\w)")
_INSIDE = re.compile(r"(?<=[^\W\d_])[.*_~`'|+\-\u00b7\u2022]{1,3}(?=[^\W\d_])")
_SIGNS = frozenset("0123456789@$!|")
# Codes such as B.M. and W F; never a.m., a time, nor initials before a name, nor "1200 W F Street".
_CODE = re.compile(
    r"(?<![\w.])(?<!\d )([BWHAbwha])(?: ?[.\-] ?)([MFmf])(?!\.?\w)(?!\.? [A-Z][a-z])\.?"
    r"|(?<![\w.])(?<!\d )([BWH]) ([MF])(?!\.?\w)(?!\.? [A-Z][a-z])"
)
_ADDRESS = re.compile(r"(?<!\S)[^\s@]+@[^\s@]+\.\S+")
_LOOKS = ("4@30157$", "aaeolsts")
_AS_L = str.maketrans({**dict(zip(*_LOOKS, strict=True)), "!": "l", "|": "l"})
_AS_I = str.maketrans({**dict(zip(*_LOOKS, strict=True)), "1": "i", "!": "i", "|": "i"})
_SHORTEST = 4  # of a word that is looked for in letters run together

Lists = tuple[tuple[str, ...], ...]


def undone(text: str, known: Lists) -> tuple[str, ...]:
    """Two views of the text with disguised words written out; they differ in what 1 and ! stand for.

    known: the lists whose words may be run together, the last of them words of sex.
    """
    bare = latin(_CODE.sub(_as_code, _ADDRESS.sub(" ", text)))
    return tuple(_written(_read_as(_together(bare, looks, known), looks), known) for looks in (_AS_L, _AS_I))


def _read_as(text: str, looks: dict[int, str]) -> str:
    """Digits and signs among letters as the letters that they look like."""

    def read(token: re.Match[str]) -> str:
        word = token[0]
        mixed = not _SIGNS.isdisjoint(word) and any(ch.isalpha() for ch in word)
        return word.translate(looks) if mixed else word

    return re.sub(r"\S+", read, text)


def _written(text: str, known: Lists) -> str:
    return re.sub(r"\S+", lambda token: _one_word(token[0], known), text)


def _together(text: str, looks: dict[int, str], known: Lists) -> str:
    """Letters that stand apart run together, parted again where known words are."""
    return _LETTERS.sub(
        lambda run: _any_of(known).sub(r" \1 ", re.sub(_APART, "", run[0]).translate(looks)), text
    )


def _as_code(found: re.Match[str]) -> str:
    one, other = found[1] or found[3], found[2] or found[4]
    return found[0] if (one + other).lower() == "am" else f"{one}/{other} "


def _one_word(token: str, known: Lists) -> str:
    """A token with signs inside as one word; and that parted where it is made of known words."""
    joined = _INSIDE.sub("", token)
    if joined == token:
        return _glued(known).sub(r"\1 \2", token)
    bare = joined.strip(".,;:!?()\"'")
    return _any_of(known).sub(r" \1 ", joined) if _only(known).fullmatch(bare) else joined


@lru_cache(maxsize=16)
def _only(known: Lists) -> re.Pattern[str]:
    return re.compile(f"(?:{_any_of(known).pattern})+")


@lru_cache(maxsize=16)
def _any_of(known: Lists) -> re.Pattern[str]:
    """Any spelling of one word that is long enough, the longest first."""
    words = sorted(
        {w for w in _spellings(known) if w.isalpha() and len(w) >= _SHORTEST}, key=len, reverse=True
    )
    return re.compile(f"({'|'.join(map(re.escape, words))})") if words else re.compile(r"(?!)()")


@lru_cache(maxsize=16)
def _glued(known: Lists) -> re.Pattern[str]:
    """A word of race with one of sex right after it, as one word."""
    terms = "|".join(re.escape(w) for w in _spellings(known[:2]) if w.isalpha() and len(w) >= _SHORTEST)
    sexes = "|".join(re.escape(w) for w in _spellings(known[-1:]))
    return re.compile(rf"(?<!\w)({terms})({sexes})(?!\w)") if terms and sexes else re.compile(r"(?!)()()")


def _spellings(known: Lists) -> list[str]:
    return [spelling for words in known for word in words for spelling in word.split("|")]
