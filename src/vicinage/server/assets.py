"""Two kinds of script that cannot lie below our own static folder's address."""

from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

SCRIPT = "text/javascript; charset=utf-8"


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """GET /sw.js: at the root, because a worker rules only the addresses below its own."""
    path = settings.HERE / "static" / "built" / "sw.js"
    return _script(path, {"Cache-Control": "no-cache", "Service-Worker-Allowed": "/"})


@require_safe
def account_script(request: HttpRequest, app: str, name: str) -> HttpResponse:
    """GET /accounts/script/<mfa or account>/<name>.js: scripts of allauth's pages, from its own package."""
    path = finders.find(f"{app}/js/{name}.js") if app in ("mfa", "account") else None
    if path is None:
        raise Http404
    return _script(Path(path), {"Cache-Control": "public, max-age=3600"})


def _script(path: Path, headers: dict[str, str]) -> HttpResponse:
    try:
        return HttpResponse(path.read_bytes(), content_type=SCRIPT, headers=headers)
    except FileNotFoundError:
        raise Http404 from None
