"""What the eye reads over: when are two domains, or two names of agencies, alike?"""

import re
from functools import lru_cache

LOOKS_LIKE = str.maketrans({"0": "o", "1": "l", "3": "e", "5": "s", "8": "b", "i": "l", "u": "v"})
PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"))
WORD = re.compile(r"[a-z0-9]+")
# Words that tell no department from another.
PLAIN = frozenset(
    (
        *("a", "and", "at", "bureau", "city", "co", "county", "department", "dept", "district", "division"),
        *(
            "enforcement",
            "fire",
            "force",
            "law",
            "life",
            "municipal",
            "of",
            "office",
            "parish",
            "pd",
            "police",
        ),
        *(
            "public",
            "rescue",
            "safety",
            "service",
            "services",
            "sheriff",
            "sheriffs",
            "state",
            "station",
            "the",
        ),
        *("town", "township", "village", "borough", "emergency", "management", "agency", "communications"),
        *("constable", "marshal", "campus", "government", "commission", "commissioners", "board", "council"),
        *("supervisors", "administration", "municipality", "incorporated", "charter", "unified"),
    )
)
SHORT = {"st": "saint", "ste": "saint", "mt": "mount", "ft": "fort", "twp": "township", "boro": "borough"}


def likeness(domain: str) -> str:
    """The domain without its ending, dots and hyphens, with letters that look alike made the same.

    `elmf0rd-gov.com` and `elmford.gov` have one likeness.
    """
    name = domain.lower().rpartition(".")[0].replace("-", "").replace(".", "")
    for pair, one in PAIRS:
        name = name.replace(pair, one)
    name = name.translate(LOOKS_LIKE)
    ending = "gov".translate(LOOKS_LIKE)
    return name.removesuffix(ending) or name


@lru_cache(maxsize=65536)
def words(name: str) -> frozenset[str]:
    """The words that tell one agency's name from another's, small; short forms written out."""
    found = (SHORT.get(word, word) for word in WORD.findall(name.lower().replace("'", "").replace("’", "")))
    return frozenset(word for word in found if word not in PLAIN)


def alike(one: str, other: str) -> float:
    """How much two names have in common: 0 nothing, 1 every telling word."""
    first, second = words(one), words(other)
    if not first or not second:
        return 0.0
    return len(first & second) / len(first | second)


def digits(phone: str) -> str:
    """The number without its signs and without the country's +1, to compare two ways of writing it."""
    found = re.sub(r"[^0-9]", "", phone)
    return found[1:] if len(found) == 11 and found.startswith("1") else found
