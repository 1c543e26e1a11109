"""Lawful assemblies that the public entered: where, when, and which rfas they meet. Format: spec/assembly.md.

An rfa that meets one is not refused by that: a person is asked, and the answer is logged. So someone who
enters assemblies that are none stops no investigation, and someone with a case number stops no question.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from vicinage.core import beside, canonical, leaf
from vicinage.core.draft import Rfa
from vicinage.core.errors import RfaError
from vicinage.core.event import Decision, Event, Finding
from vicinage.core.ids import parse_id
from vicinage.core.place import SQUARE_MILE_M2, Area, apart_m, area_m2, flaws, is_far, parse_area
from vicinage.core.span import Span, format_instant, parse_instant

MAX_MILES = 5.0
MAX_LASTS = timedelta(hours=24)
MAX_PAST = timedelta(days=60)
MAX_AHEAD = timedelta(days=60)
NEAR_M = 200.0
NEAR_TIME = timedelta(hours=1)
MAX_TITLE, MAX_LINK = 120, 500
SOURCE = "House rule: assemblies are entered by anyone, in bounds, and kept with their history."
_LEAF_FIELDS = ("assembly", "area", "window", "replaces", "text")


@dataclass(frozen=True)
class Assembly:
    """A lawful assembly: its title, where and when it is, and a link to who calls for it, or ""."""

    id: str
    title: str
    area: Area
    window: Span
    link: str = ""


def enter(assembly: Assembly, replaces: str | None, salt: str, at: datetime) -> Decision:
    """Enter an assembly: "entered" with an event `assembly.entered`, or "refused" with findings.

    replaces: the id of the entry that this one corrects, or None; both stay in the log. salt: 32 hex
    digits. Title and link stand beside the log. Raises IdError, RfaError for a malformed salt.
    """
    findings = faults(assembly, at)
    if findings:
        return Decision("refused", findings)
    text = beside.text(salt, {"title": assembly.title.strip(), "link": assembly.link.strip()})
    fields: dict[str, object] = {
        "assembly": parse_id(assembly.id),
        "area": assembly.area.geojson(),
        "window": leaf.window(assembly.window),
        "replaces": None if replaces is None else parse_id(replaces),
        "text": beside.commitment(text),
    }
    entry = leaf.public("assembly.entered", at, fields)
    return Decision("entered", (), Event("assembly.entered", assembly.id, entry, text, private=False))


def faults(assembly: Assembly, at: datetime, text: bool = True) -> tuple[Finding, ...]:
    """What keeps an assembly from being entered at a time. text: whether title and link are there."""
    found = []

    def find(rule: str, field: str, message: str, hint: str, **args: str) -> None:
        found.append(Finding(rule, message, args, SOURCE, hint, field))

    window, wrong = assembly.window, flaws(assembly.area)
    if text and not 3 <= len(assembly.title.strip()) <= MAX_TITLE:
        message = "The title of an assembly has 3 to {most} characters."
        find("assembly-title", "title", message, "Say what it is.", most=str(MAX_TITLE))
    if text and not _is_link(assembly.link.strip()):
        message = "The link must be an address on the web of at most {most} characters, or empty."
        find("assembly-link", "link", message, "It begins with https://.", most=str(MAX_LINK))
    if wrong:
        message = "The area cannot be used: its shape is {flaw}."
        find("assembly-shape", "area", message, "Draw one simple shape.", flaw=wrong[0])
    elif area_m2(assembly.area) > MAX_MILES * SQUARE_MILE_M2:
        message = "The area of an assembly may have at most {limit} square miles."
        find("assembly-area", "area", message, "Draw it smaller.", limit=f"{MAX_MILES:g}")
    if window.end - window.start > MAX_LASTS:
        message = "An assembly may last at most {limit} hours."
        find("assembly-window", "window", message, "Enter each day by itself.", limit="24")
    if window.end < at - MAX_PAST or window.start > at + MAX_AHEAD:
        message = "An assembly may be entered from {limit} days before it to {limit} days after."
        find("assembly-when", "window", message, "Look at the dates again.", limit="60")
    return tuple(found)


def _is_link(link: str) -> bool:
    plain = all("!" <= ch <= "~" and ch not in "\"'<>\\`" for ch in link)
    return not link or (link.startswith(("https://", "http://")) and len(link) <= MAX_LINK and plain)


def withdraw(assembly_id: str, at: datetime) -> Decision:
    """Take an assembly back: an event `assembly.withdrawn`. Its entry stays in the log."""
    entry = leaf.public("assembly.withdrawn", at, {"assembly": parse_id(assembly_id)})
    return Decision("withdrawn", (), Event("assembly.withdrawn", assembly_id, entry, None, private=False))


def overlaps(rfa: Rfa, assembly: Assembly) -> bool:
    """Whether an rfa comes within 200 m and one hour of an assembly; not without area or window."""
    if rfa.area is None or rfa.window is None:
        return False
    start, end = assembly.window.start - NEAR_TIME, assembly.window.end + NEAR_TIME
    if not (rfa.window.start <= end and start <= rfa.window.end):
        return False
    if is_far(assembly.area, rfa.area, NEAR_M):
        return False
    return apart_m(assembly.area, rfa.area) <= NEAR_M


def from_leaf(entry: Mapping[str, Any], text: Mapping[str, Any] | None) -> tuple[Assembly, str | None]:
    """The assembly that an `assembly.entered` leaf holds, and what it replaces.

    Title and link are empty when the text is not there. Raises CoreError.
    """
    fields = canonical.members(entry, ("v", "type", "at", *_LEAF_FIELDS))
    area = parse_area(fields["area"])
    window = leaf.read_window(fields["window"])
    if area.geojson() != fields["area"] or format_instant(parse_instant(fields["at"])) != fields["at"]:
        raise RfaError("assembly-form", "The area or a time of the assembly is not in its one form.")
    words = beside.read(text, fields["text"], {"title": MAX_TITLE, "link": MAX_LINK})
    replaces = None if fields["replaces"] is None else parse_id(fields["replaces"])
    return Assembly(parse_id(fields["assembly"]), words["title"], area, window, words["link"]), replaces


def withdrawn_from_leaf(entry: Mapping[str, Any]) -> str:
    """The id that an `assembly.withdrawn` leaf takes back. Raises CanonicalError, IdError."""
    return parse_id(canonical.members(entry, ("v", "type", "at", "assembly"))["assembly"])
