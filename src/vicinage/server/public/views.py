"""Public pages: a request for good, the agencies and their history, the rules, the proof check."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from vicinage.core.place import SQUARE_MILE_M2, parse_area
from vicinage.core.regime import Regime
from vicinage.server.agencies import queries as desks
from vicinage.server.feed import queries as feed
from vicinage.server.feed.models import PublishedRfa
from vicinage.server.feed.outline import outline
from vicinage.server.feed.public_page import public_page
from vicinage.server.ledger import queries as ledger
from vicinage.server.public import rules

AT_CAP = 0.99


@dataclass(frozen=True)
class AtCaps:
    """How many of an agency's requests use the time, or the area, to the limit (99% of it)."""

    requests: int
    window: int
    area: int


@require_safe
@public_page
def rfa(request: HttpRequest, rfa_id: str) -> HttpResponse:
    """The permanent page of a published request."""
    row = feed.one(rfa_id)
    if row is None:
        raise Http404
    context = {
        "rfa": row,
        "index": row.entry.place.index,
        "outline": outline(parse_area(row.area)),
        "offences": desks.offence_titles(),
        "log_size": ledger.size(),
    }
    return render(request, "public/rfa.html", context)


@require_safe
@public_page
def agencies(request: HttpRequest) -> HttpResponse:
    """All verified agencies."""
    return render(request, "public/agencies.html", {"agencies": desks.verified()})


@require_safe
@public_page
def agency(request: HttpRequest, agency_id: str) -> HttpResponse:
    """An agency's profile: what was verified, its promise, and every request it ever made."""
    row = desks.verified().filter(id=agency_id).first()
    if row is None:
        raise Http404
    rfas = list(feed.of_agency(row.id))
    context = {
        "agency": row,
        "key": desks.current_key(row.id),
        "rfas": rfas,
        "caps": at_caps(rfas, desks.regime_in_force()),
        "offences": desks.offence_titles(),
    }
    return render(request, "public/agency.html", context)


def at_caps(rfas: list[PublishedRfa], regime: Regime) -> AtCaps:
    """Counts of requests at the largest window and area that the regime in force allows."""
    longest, largest = regime.rules.get("window-max"), regime.rules.get("area-max")
    window = [r for r in rfas if longest and r.window.duration_s >= AT_CAP * longest.value]
    area = [r for r in rfas if largest and r.area_m2 >= AT_CAP * largest.value * SQUARE_MILE_M2]
    return AtCaps(len(rfas), len(window), len(area))


@require_safe
@public_page
def regime(request: HttpRequest) -> HttpResponse:
    """The rules in force, in plain words, each with its source; the data itself is beside the log."""
    found = desks.regime_in_force()
    context = {
        "regime": found,
        "rules": [(rule, rules.plain(rule)) for rule in found.rules.values()],
        "index": ledger.index_of("regime.adopted", found.name),
        "adopted_at": desks.adopted_at(),
    }
    return render(request, "public/regime.html", context)


@require_safe
@public_page
def verify(request: HttpRequest) -> HttpResponse:
    """The proof check: in the browser, with the log's own files, not with our word."""
    return render(request, "public/verify.html")
