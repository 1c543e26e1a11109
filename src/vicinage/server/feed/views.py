"""The feed: what is published, newest first."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from vicinage.server.accounts import queries as accounts
from vicinage.server.feed import queries
from vicinage.server.feed.public_page import public_page
from vicinage.server.regime import queries as rules

LARGEST_INDEX = 2**53


@require_safe
@public_page
def feed(request: HttpRequest) -> HttpResponse:
    """A page of the feed; `?before=` is the key of the page, an index in the log."""
    before = request.GET.get("before", "")
    key = (
        min(int(before), LARGEST_INDEX)
        if before.isascii() and before.isdigit() and len(before) < 17
        else None
    )
    sees_rfas = accounts.sees_rfas(request.user)
    context = {
        "page": queries.newest(key, with_rfas=sees_rfas),
        "is_first": key is None,
        "sees_rfas": sees_rfas,
        "offences": rules.offence_titles(),
        "closed": rules.is_closed(),
    }
    return render(request, "feed/feed.html", context)
