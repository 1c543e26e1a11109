"""The Request for Assistance as an officer writes it, complete or not, and what came before it."""

from dataclasses import dataclass
from datetime import datetime

from vicinage.core.alike import latin
from vicinage.core.place import Area
from vicinage.core.span import Span

_READ_AS = str.maketrans("oil", "011")


@dataclass(frozen=True)
class Rfa:
    """A Request for Assistance. Empty texts and None stand for what is not filled in yet.

    id, agency: ids. reference: the agency's case number. offence: a code of the regime's list.
    contact: e-mail or phone of the investigator. area: where, window: when the clips were recorded.
    """

    id: str
    agency: str
    reference: str
    offence: str
    title: str
    text: str
    contact: str
    area: Area | None
    window: Span | None


@dataclass(frozen=True)
class Earlier:
    """Another rfa of the same agency: its id, reference number, and when it was submitted."""

    rfa: str
    reference: str
    submitted_at: datetime


def incident(reference: str) -> str:
    """What makes two reference numbers of one agency the same: Latin letters and digits alone, case aside.

    Signs that look alike are one (core.alike; o and 0, i, l and 1), and other scripts do not count, so
    that no third post passes under a reference that only a machine can tell from the first.
    """
    return "".join(ch for ch in latin(reference).translate(_READ_AS) if ch.isascii() and ch.isalnum())


def posts_before(rfa: Rfa, earlier: tuple[Earlier, ...]) -> int:
    """How many other rfas of the agency concern the same incident."""
    same = {e.rfa for e in earlier if e.rfa != rfa.id and incident(e.reference) == incident(rfa.reference)}
    return len(same)
