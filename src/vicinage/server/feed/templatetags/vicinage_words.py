"""How pages write instants, areas, offences and findings."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from django import template
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from vicinage.core.event import Finding, fill
from vicinage.core.place import SQUARE_MILE_M2
from vicinage.core.plain import Sentence

register = template.Library()
SHORT_S = 600
MACHINE_WORDS = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ|\([a-z2-7]{16}\))")


@register.filter
def instant(at: datetime) -> SafeString:
    """A <time> element in UTC, to the minute: "22 Nov 2026, 14:00 UTC"."""
    moment = at.astimezone(UTC)
    return _time(moment, f"{date_format(moment, 'j M Y, H:i')} UTC")


@register.filter
def until(start: datetime, end: datetime) -> SafeString:
    """A span in UTC: "22 Nov 2026, 14:00 to 16:00 UTC"; to the second when it is short."""
    first, last = start.astimezone(UTC), end.astimezone(UTC)
    clock = "H:i:s" if (last - first).total_seconds() < SHORT_S else "H:i"
    day = "" if first.date() == last.date() else "j M Y, "
    return format_html(
        _("{start} to {end} UTC"),
        start=_time(first, date_format(first, f"j M Y, {clock}")),
        end=_time(last, date_format(last, f"{day}{clock}")),
    )


def _time(moment: datetime, words: str) -> SafeString:
    return format_html('<time datetime="{}">{}</time>', moment.isoformat().replace("+00:00", "Z"), words)


@register.filter
def offence(code: str, titles: Mapping[str, str]) -> str:
    """The offence's title under the regime; the code itself when the regime no longer lists it."""
    return _(titles[code]) if code in titles else code


@register.filter
def square_miles(area_m2: float) -> str:
    """An area in square miles and square kilometres."""
    return _("%(miles)s square miles (%(km2)s km²)") % {
        "miles": f"{area_m2 / SQUARE_MILE_M2:.3f}",
        "km2": f"{area_m2 / 1e6:.3f}",
    }


@register.filter
def duration(seconds: float) -> str:
    """Hours and minutes."""
    hours, minutes = divmod(round(seconds / 60), 60)
    if hours == 0 or minutes == 0:
        return _("%(hours)d h") % {"hours": hours} if hours else _("%(minutes)d min") % {"minutes": minutes}
    return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": minutes}


@register.filter
def sentence(finding: Finding | Sentence) -> str:
    """A finding's or a rule's message in the reader's language, filled in."""
    return say(finding)


@register.filter
def concerning(findings: tuple[Finding, ...], fields: str) -> list[Finding]:
    """The findings of one form field, or of several, separated by commas."""
    wanted = set(fields.split(","))
    return [finding for finding in findings if finding.field in wanted]


@register.filter
def elsewhere(findings: tuple[Finding, ...], fields: str) -> list[Finding]:
    """The findings that none of these form fields shows."""
    wanted = set(fields.split(","))
    return [finding for finding in findings if finding.field not in wanted]


@register.filter
def breakable(address: str) -> SafeString:
    """An e-mail address that a narrow page may break after its @ and its dots, and nowhere else if it can."""
    return format_html_join(mark_safe("<wbr>"), "{}", ((part,) for part in re.split(r"(?<=[@.])", address)))


@register.filter
def readable(hint: str) -> SafeString:
    """What the law found, for a person: its instants as a page writes them, its assembly's id as a link."""
    parts = []
    for part in MACHINE_WORDS.split(hint):
        if MACHINE_WORDS.fullmatch(part) and part.startswith("("):
            parts.append(format_html('<a href="{}">{}</a>', reverse("assembly", args=[part[1:-1]]), part))
        elif MACHINE_WORDS.fullmatch(part):
            parts.append(_read_instant(part))
        else:
            parts.append(escape(part))
    return format_html_join("", "{}", ((part,) for part in parts))


def _read_instant(text: str) -> SafeString:
    """Of a hint. Anybody can name an assembly after a time that there is not: such words stay as they are."""
    try:
        return instant(datetime.fromisoformat(text))
    except ValueError:
        return escape(text)


@register.filter
def is_below(path: str, href: str) -> bool:
    """Whether this page is one of those below the address of a link."""
    return path.startswith(href)


def say(finding: Finding | Sentence) -> str:
    """The sentence, translated before it is filled."""
    return fill(_(finding.message), finding.args)
