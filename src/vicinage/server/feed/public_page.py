"""Pages that everybody sees alike. They change when the log does, and when a time comes: each is rendered
once for a root and a stretch of time."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import get_language

from vicinage.server import clock
from vicinage.server.ledger import queries as ledger
from vicinage.server.regime import queries as rules

MAX_AGE_S = 30
KEPT_S = 60
View = Callable[..., HttpResponse]

_stretch: tuple[str, datetime, datetime] | None = None


def public_page(view: View) -> View:
    """Keep what the view shows to strangers, and let shared caches keep it for `MAX_AGE_S`.

    The view may read nothing but what is published. Who has a session is shown a page of their own.
    Other rules are shown from the instant at which they take force; what else a time brings, such as the
    close of a request, at most `KEPT_S` later.
    """

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not _is_stranger(request):
            response = view(request, *args, **kwargs)
            patch_cache_control(response, private=True, no_cache=True)
            return response
        told = f"{stamp()} {get_language()} {request.get_host()} {request.get_full_path()}"
        key = sha256(told.encode()).hexdigest()
        kept = caches["pages"].get(key)
        if kept is None:
            response = view(request, *args, **kwargs)
            kept = response.content
            if response.status_code == 200:
                caches["pages"].set(key, kept)
        else:
            response = HttpResponse(kept)
        patch_vary_headers(response, ["Cookie"])
        patch_cache_control(response, public=True, max_age=_max_age())
        return response

    return shown


def stamp() -> str:
    """The root of the log and the beginning of a stretch of time in which a page stays as it is.

    A stretch ends when other rules take force, and after `KEPT_S` at the latest. No query.
    """
    global _stretch
    now, root = clock.now(), ledger.root()
    if _stretch is None or _stretch[0] != root or not _stretch[1] <= now < _stretch[2]:
        turns = [change.effective_at for change in rules.announced(now)]
        _stretch = (root, now, min([*turns, now + timedelta(seconds=KEPT_S)]))
    return f"{root} {_stretch[1].isoformat()}"


def _max_age() -> int:
    """How long others may keep the page: not beyond the instant at which other rules take force."""
    now = clock.now()
    left = [(change.effective_at - now).total_seconds() for change in rules.announced(now)]
    return max(0, int(min([*left, MAX_AGE_S])))


def _is_stranger(request: HttpRequest) -> bool:
    """Whether nothing in the request could make the page differ: no session, no message to show."""
    return not {settings.SESSION_COOKIE_NAME, "messages"} & request.COOKIES.keys()
