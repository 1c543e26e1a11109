"""Letters that look alike made one, so that no sign is written another way to be read as a new one.

After Unicode's NFKD, case folding, and without marks and format characters; digits of any script become
0 to 9; Cyrillic and Greek letters that look like Latin ones become those. It is a net, not a proof.
"""

import unicodedata

_TWINS = (
    ("авекмнорстухһіјѕԁԛԝѵӏ", "abekmhopctyxhijsdqwvl"),
    ("αβεηικμνορτυχζ", "abehikmnoptyxz"),
    ("ıɑɡłøđħŧ’ʼ", "iaglodht''"),
)
_LATIN = str.maketrans("".join(pair[0] for pair in _TWINS), "".join(pair[1] for pair in _TWINS))
_UNSEEN = ("Mn", "Me", "Cf")
# Single signs that stand for five characters and up to eighteen: units and blessings, no letters of a word.
# They become spaces, or a short text of them would be a very long one to whoever searches it.
_LONG = (
    "\u321d\u321e\u327c\u3300\u3302\u3304\u3307\u3313\u3315\u3316\u3317\u3319\u331a\u3320\u3321\u332b\u332d"
    "\u332e\u3332\u3334\u3336\u333b\u333d\u3340\u3347\u334a\u334c\u3354\u3356\u33ae\u33af\ufdfa\ufdfb"
)
_SPACES = str.maketrans(dict.fromkeys(_LONG, " "))


def latin(text: str) -> str:
    """The text in small letters, look-alikes replaced. It may have up to four times the length."""
    if text.isascii():
        return text.lower()  # none of what follows changes anything else in it
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text.translate(_SPACES)).casefold())
    seen = "".join(ch for ch in folded if unicodedata.category(ch) not in _UNSEEN)
    return "".join(str(unicodedata.decimal(ch, ch)) for ch in seen.translate(_LATIN))
