"""Public pages of the rules: those in force, any that ever were or are announced, and what changed when."""

from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from vicinage.core import plain
from vicinage.core.regime import Change, Regime
from vicinage.server import clock
from vicinage.server.feed.public_page import public_page
from vicinage.server.regime import queries as rules


@dataclass(frozen=True)
class Told:
    """A change of the rules as a page tells it. ends_at: when the next took force, or None.

    state: "past", "in force" or "announced".
    """

    change: Change
    state: str
    ends_at: datetime | None
    differences: tuple[plain.Difference, ...]


@require_safe
@public_page
def current(request: HttpRequest) -> HttpResponse:
    """The rules in force, in plain words, each with its source; the data itself is beside the log."""
    rules.in_force()  # says so where there are none
    change = rules.since()
    if change is None:
        raise Http404
    return _page(request, change)


@require_safe
@public_page
def one(request: HttpRequest, name: str, index: int) -> HttpResponse:
    """The rules that an entry of the log adopted or announced."""
    found = [change for change in rules.published().changes if change.index == index]
    if not found or found[0].regime.name != name:
        raise Http404
    return _page(request, found[0])


@require_safe
@public_page
def changes(request: HttpRequest) -> HttpResponse:
    """Every change of the rules, newest first, each with what it changes, in plain words."""
    return render(request, "public/regime_changes.html", {"changes": _told(clock.now())[::-1]})


def _page(request: HttpRequest, change: Change) -> HttpResponse:
    told = next(told for told in _told(clock.now()) if told.change == change)
    parts = list(plain.parts(change.regime))
    named = [(*said.name.partition("."), said) for said in parts]
    context = {
        "told": told,
        "change": change,
        "regime": change.regime,
        "conduct": [said for said in parts if said.name.startswith("conduct.")],
        "rules": [(id, said) for kind, _dot, id, said in named if kind == "rules"],
    }
    return render(request, "public/regime.html", context)


def _told(now: datetime) -> list[Told]:
    """All published changes in the order in which they take force; one that never does is past."""
    order = sorted(rules.published().changes, key=lambda change: change.effective_at)
    in_force, told = rules.since(now), []
    before: Regime | None = None
    for place, change in enumerate(order):
        following = order[place + 1].effective_at if place + 1 < len(order) else None
        state = "in force" if change == in_force else "past"
        if change.effective_at > now and following != change.effective_at:
            state = "announced"
        differences = plain.differences(before, change.regime) if before else ()
        told.append(Told(change, state, following, differences))
        before = change.regime
    return told
