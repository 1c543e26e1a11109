"""Pages that everybody sees alike. They change only when the log does: each is rendered once a root."""

from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import get_language

from vicinage.server.ledger import queries as ledger

MAX_AGE_S = 30
View = Callable[..., HttpResponse]


def public_page(view: View) -> View:
    """Keep what the view shows to strangers, and let shared caches keep it for `MAX_AGE_S`.

    The view may read nothing but what is published. Who has a session is shown a page of their own.
    """

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not _is_stranger(request):
            response = view(request, *args, **kwargs)
            patch_cache_control(response, private=True, no_cache=True)
            return response
        told = f"{ledger.root()} {get_language()} {request.get_host()} {request.get_full_path()}"
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
        patch_cache_control(response, public=True, max_age=MAX_AGE_S)
        return response

    return shown


def _is_stranger(request: HttpRequest) -> bool:
    """Whether nothing in the request could make the page differ: no session, no message to show."""
    return not {settings.SESSION_COOKIE_NAME, "messages"} & request.COOKIES.keys()
