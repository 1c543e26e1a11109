"""The feed: what is published, newest first."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from vicinage.server.agencies.queries import offence_titles
from vicinage.server.feed import queries

MAX_AGE_S = 30
LARGEST_INDEX = 2**53


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """A page of the feed; `?before=` is the key of the page, an index in the log."""
    before = request.GET.get("before", "")
    key = (
        min(int(before), LARGEST_INDEX)
        if before.isascii() and before.isdigit() and len(before) < 17
        else None
    )
    page = queries.newest(key)
    context = {"page": page, "is_first": key is None, "offences": offence_titles()}
    return publicly_cached(request, render(request, "feed/feed.html", context))


def publicly_cached(request: HttpRequest, response: HttpResponse, max_age_s: int = MAX_AGE_S) -> HttpResponse:
    """Let shared caches keep what everybody sees alike; a signed-in person's page is theirs alone."""
    if request.user.is_authenticated or request.session.modified:
        patch_cache_control(response, private=True, no_cache=True)
    else:
        patch_cache_control(response, public=True, max_age=max_age_s)
    return response
