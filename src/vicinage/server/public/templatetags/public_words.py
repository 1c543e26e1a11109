"""How the tracker writes kinds, states and standings."""

from datetime import datetime

from django import template
from django.utils.translation import gettext as _

from vicinage.server import clock
from vicinage.server.public import plain
from vicinage.server.public.record import Tracked

register = template.Library()


@register.filter
def kind_of(agency: Tracked) -> str:
    """Its kind and level of government: "Police, county"."""
    kind, level = plain.say(plain.KINDS, agency.leaf.kind), plain.say(plain.LEVELS, agency.leaf.level)
    return f"{kind}, {level}"


@register.filter
def place_of(agency: Tracked) -> str:
    """Its region and its state, each once."""
    region, state = agency.leaf.region, plain.state_name(agency.state)
    return region if not state or state.casefold() in region.casefold() else f"{region}, {state}"


@register.filter
def standing(agency: Tracked) -> str:
    """Verified, suspended, has left, or its verification has run out."""
    return _("Verification has run out") if lapsed(agency) else plain.say(plain.STANDINGS, agency.standing)


@register.filter
def standing_mark(agency: Tracked) -> str:
    """The class of the tag that tells its standing."""
    return {"verified": "wait" if lapsed(agency) else "good", "suspended": "stop"}.get(agency.standing, "")


@register.filter
def lapsed(agency: Tracked) -> bool:
    """Whether its verification has run out and was not renewed."""
    return agency.standing == "verified" and agency.until is not None and agency.until <= clock.now()


@register.filter
def days_since(at: datetime) -> int:
    """Whole days since then."""
    return max(0, (clock.now() - at).days)


@register.filter
def seat_text(agency: Tracked) -> str:
    """Longitude and latitude for the map's script, or ""."""
    return "" if agency.seat is None else f"{agency.seat[0]:.3f},{agency.seat[1]:.3f}"
