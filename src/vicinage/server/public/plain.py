"""What the log's words mean, in sentences for people who will never read the log."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

EVIDENCE = {
    "mail": gettext_noop("The application was confirmed by a link sent to an address on its own domain."),
    "acknowledgement": gettext_noop(
        "It has acknowledged these rules in writing, and stated how long it keeps what it is given."
    ),
    "call-back": gettext_noop("It was called back on a telephone number from an independent list."),
    "gov-domain": gettext_noop("Its domain stands in the government's own list of .gov domains."),
    "dns-txt": gettext_noop(
        "It has shown by a record in the domain name system that it controls its domain."
    ),
    "directory": gettext_noop("It stands in a published directory of law enforcement agencies."),
}
HISTORY = {
    "agency.verified": gettext_noop("Verified"),
    "agency.renewed": gettext_noop("Verified again"),
    "agency.suspended": gettext_noop("Suspended"),
    "agency.reinstated": gettext_noop("Suspension ended"),
    "agency.left": gettext_noop("Left, for good"),
    "agency.key": gettext_noop("Published a key that clips for it are sealed to"),
    "agency.key-revoked": gettext_noop("Revoked a key"),
}
KINDS = {
    "police": gettext_noop("Police"),
    "fire": gettext_noop("Fire"),
    "emergency": gettext_noop("Emergency management"),
}
LEVELS = {
    "local": gettext_noop("local"),
    "county": gettext_noop("county"),
    "state": gettext_noop("state"),
    "tribal": gettext_noop("tribal"),
    "campus": gettext_noop("campus"),
    "federal": gettext_noop("federal"),
}
STANDINGS = {
    "verified": gettext_noop("Verified"),
    "suspended": gettext_noop("Suspended"),
    "left": gettext_noop("Has left"),
}
STATES = {
    **{"AL": "Alabama", "AK": "Alaska", "AZ": "Arizona", "AR": "Arkansas", "CA": "California"},
    **{"CO": "Colorado", "CT": "Connecticut", "DE": "Delaware", "DC": "District of Columbia"},
    **{"FL": "Florida", "GA": "Georgia", "HI": "Hawaii", "ID": "Idaho", "IL": "Illinois", "IN": "Indiana"},
    **{"IA": "Iowa", "KS": "Kansas", "KY": "Kentucky", "LA": "Louisiana", "ME": "Maine", "MD": "Maryland"},
    **{"MA": "Massachusetts", "MI": "Michigan", "MN": "Minnesota", "MS": "Mississippi", "MO": "Missouri"},
    **{"MT": "Montana", "NE": "Nebraska", "NV": "Nevada", "NH": "New Hampshire", "NJ": "New Jersey"},
    **{"NM": "New Mexico", "NY": "New York", "NC": "North Carolina", "ND": "North Dakota", "OH": "Ohio"},
    **{"OK": "Oklahoma", "OR": "Oregon", "PA": "Pennsylvania", "RI": "Rhode Island"},
    **{"SC": "South Carolina", "SD": "South Dakota", "TN": "Tennessee", "TX": "Texas", "UT": "Utah"},
    **{"VT": "Vermont", "VA": "Virginia", "WA": "Washington", "WV": "West Virginia", "WI": "Wisconsin"},
    **{"WY": "Wyoming", "AS": "American Samoa", "GU": "Guam", "MP": "Northern Mariana Islands"},
    **{"PR": "Puerto Rico", "VI": "U.S. Virgin Islands", "FM": "Micronesia", "PW": "Palau"},
    "MH": "Marshall Islands",
}


def say(words: dict[str, str], code: str) -> str:
    """The sentence of a code, in the reader's language; the code itself where there is none."""
    return _(words[code]) if code in words else code


def state_name(code: str) -> str:
    """A state's name; its two letters where we know none."""
    return _(STATES[code]) if code in STATES else code
