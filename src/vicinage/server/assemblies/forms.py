"""The form by which anyone signed in enters an assembly, read leniently: what is missing is a finding."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_noop as _

from vicinage.core.assembly import SOURCE, Assembly
from vicinage.core.event import Finding
from vicinage.server import typed

FIELDS = ("title", "link", "area", "area_text", "window_from", "window_to")


@dataclass(frozen=True)
class Reading:
    """What was typed. assembly: None where area or time is missing; `unread` says so."""

    assembly: Assembly | None
    unread: tuple[Finding, ...]


def as_typed(sent: Mapping[str, Any]) -> dict[str, str]:
    """The form's fields as typed, cut at their limits."""
    return {
        name: typed.plain(sent.get(name, ""), 20_000 if name.startswith("area") else 1000) for name in FIELDS
    }


def read(fields: Mapping[str, str], assembly_id: str) -> Reading:
    """The assembly in the form. Never raises."""
    unread: list[Finding] = []
    area = typed.area(fields["area"], fields["area_text"], unread)
    window = typed.window({name: fields[name] for name in ("window_from", "window_to")}, unread)
    told = {finding.field for finding in unread}
    if area is None and "area" not in told:
        unread.append(_missing("area", _("The area is missing."), _("Type where it is.")))
    if window is None and not told & {"window_from", "window_to"}:
        unread.append(_missing("window", _("The time is missing."), _("Give a start and an end.")))
    if area is None or window is None:
        return Reading(None, tuple(unread))
    return Reading(Assembly(assembly_id, fields["title"], area, window, fields["link"]), tuple(unread))


def _missing(field: str, message: str, hint: str) -> Finding:
    return Finding("assembly-missing", message, {}, SOURCE, hint, field)
