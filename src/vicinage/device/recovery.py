"""The recovery code: ten words that open the household's sealed copy when every device is lost.

Drawn evenly from the EFF's long list, without its four words that hold a hyphen, since a hyphen
joins the words: 7,772 words, 129 bits. The browser draws the same way (web/lib/household.ts).
"""

import secrets
from functools import cache
from importlib import resources

WORDS = 10


@cache
def word_list() -> tuple[str, ...]:
    """The 7,772 words, from the copy that the package xkcdpass carries."""
    text = resources.files("xkcdpass").joinpath("static", "eff-long").read_text(encoding="utf-8")
    return tuple(word for word in text.split() if "-" not in word)


def make_recovery_code(words: int = WORDS) -> str:
    """Words joined by hyphens, by the system's chance."""
    return "-".join(secrets.choice(word_list()) for _ in range(words))
