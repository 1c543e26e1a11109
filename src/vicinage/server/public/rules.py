"""The rules of a regime in plain words, for people who will never break one."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from vicinage.core.regime import Rule

PLAIN = {
    "agency-verified": gettext_noop("Only an agency that was verified by a person may ask."),
    "agency-kind": gettext_noop("Kinds of agency that may ask: {limit}."),
    "agency-level": gettext_noop("Levels of government that may ask: {limit}. No federal agency."),
    "agency-domain": gettext_noop("An agency and its officers use an official e-mail domain."),
    "agency-retention-max": gettext_noop("An agency states how long it keeps clips: at most {limit} days."),
    "title-length": gettext_noop("A title has {least} to {most} characters."),
    "text-length": gettext_noop("A text has {least} to {most} characters."),
    "offence-listed": gettext_noop(
        "A request names the offence or incident under investigation, from a list."
    ),
    "reference-required": gettext_noop("A request carries the agency's reference number."),
    "contact-reachable": gettext_noop(
        "A request gives the investigator's e-mail address or telephone number."
    ),
    "window-required": gettext_noop("A request says from when to when."),
    "window-min": gettext_noop("The time asked for lasts at least {minutes} minutes."),
    "window-max": gettext_noop("The time asked for lasts at most {hours} hours."),
    "window-past": gettext_noop("The time asked for is over: nobody can ask ahead."),
    "area-required": gettext_noop("A request says where."),
    "area-shape": gettext_noop("The area is one simple shape."),
    "area-min": gettext_noop(
        "The area has at least {limit} square mile, so that it points to no single home."
    ),
    "area-max": gettext_noop("The area has at most {limit} square mile."),
    "incident-posts-max": gettext_noop("An agency posts at most {limit} requests on one incident."),
    "description-not-race-alone": gettext_noop(
        "Nobody is described by race alone: where race is named, at least {limit} other features are given."
    ),
}


def plain(rule: Rule) -> str:
    """The rule in a sentence; the judge's own message where we have no plainer one."""
    sentence = PLAIN.get(rule.id)
    if sentence is None:
        return _(rule.message)
    value, blanks = rule.value, {"limit": str(rule.value)}
    if isinstance(value, tuple):
        blanks = {"limit": ", ".join(str(part) for part in value)}
        if len(value) == 2:
            blanks |= {"least": str(value[0]), "most": str(value[1])}
    elif isinstance(value, int | float) and not isinstance(value, bool):
        blanks |= {"minutes": f"{value / 60:g}", "hours": f"{value / 3600:g}", "limit": f"{value:g}"}
    return _(sentence).format(**blanks)
