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


def latin(text: str) -> str:
    """The text in small letters, look-alikes replaced. Its length may differ."""
    if text.isascii():
        return text.lower()  # none of what follows changes anything else in it
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    seen = "".join(ch for ch in folded if unicodedata.category(ch) not in _UNSEEN)
    return "".join(str(unicodedata.decimal(ch, ch)) for ch in seen.translate(_LATIN))
