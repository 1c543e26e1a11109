"""A resident's pages of what is passed on to them. Public requests have their own, permanent pages."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from vicinage.core.place import parse_area
from vicinage.server.accounts import queries as accounts
from vicinage.server.agencies.doors import residents
from vicinage.server.feed import queries as feed
from vicinage.server.feed.outline import outline
from vicinage.server.mediation import queries
from vicinage.server.regime import queries as rules


@residents
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """GET /home/rfas/: the open requests that were passed on to this resident."""
    sees = accounts.sees_rfas(request.user)
    context = {
        "rfas": queries.passed_on_to(request.user) if sees else [],
        "sees_rfas": sees,
        "offences": rules.offence_titles(),
    }
    return render(request, "mediation/listing.html", context)


@residents
@require_safe
def one(request: HttpRequest, rfa_id: str) -> HttpResponseBase:
    """GET /home/rfas/<id>/: one of them; once it is public, the way to its permanent page."""
    if feed.one(rfa_id) is not None:
        return redirect("rfa", rfa_id)
    asked = queries.one_passed_on(request.user, rfa_id)
    if asked is None:
        raise Http404
    context = {
        "rfa": asked,
        "index": asked.entry.place.index,
        "outline": outline(parse_area(asked.area)),
        "offences": rules.offence_titles(),
    }
    return render(request, "mediation/one.html", context)
