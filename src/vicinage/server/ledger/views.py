"""The public log over HTTP: static files, proofs and leaves. Readable from any site."""

import re

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from vicinage.server import home
from vicinage.server.ledger import queries
from vicinage.server.ledger.errors import LedgerError
from vicinage.tlog import layout
from vicinage.tlog.errors import TlogError
from vicinage.tlog.tile import Folder

FOREVER = "public, max-age=31536000, immutable"
FRESH = "public, no-cache"
# What may be fetched, its type, and how long a cache may keep it.
SERVED = (
    (re.compile(r"checkpoint"), "text/plain; charset=utf-8", FRESH),
    (re.compile(r"policy|vkeys|vkeys-mldsa"), "text/plain; charset=utf-8", FRESH),
    (
        re.compile(r"tile/(\d{1,2}|entries)/(x\d{3}/){0,6}\d{3}(\.p/\d{1,3})?"),
        "application/octet-stream",
        FOREVER,
    ),
    # A text may have to be redacted one day; the log would show it.
    (re.compile(r"texts/\d{1,18}\.json"), "application/json", FRESH),
    (re.compile(r"texts/\d{1,18}\.toml"), "application/toml", FRESH),
)


@require_safe
def file(request: HttpRequest, path: str) -> HttpResponse:
    """A file of the log folder, by its exact name; anything else is 404."""
    for pattern, kind, keep in SERVED:
        if pattern.fullmatch(path):
            try:
                data = Folder(home.public_log()).fetch(path, layout.BUNDLE_LIMIT)
            except TlogError as error:
                raise Http404 from error
            return _open(data, kind, keep)
    raise Http404


@require_safe
def proof(request: HttpRequest, index: int) -> HttpResponse:
    """The `.tlog-proof` of an entry under the newest checkpoint."""
    try:
        return _open(queries.proof(index).encode(), "text/plain; charset=utf-8", FRESH)
    except LedgerError as error:
        raise Http404 from error


@require_safe
def leaf(request: HttpRequest, index: int) -> HttpResponse:
    """The bytes of an entry."""
    try:
        return _open(queries.leaf(index), "application/octet-stream", FOREVER)
    except LedgerError as error:
        raise Http404 from error


def _open(data: bytes, kind: str, keep: str) -> HttpResponse:
    headers = {"Cache-Control": keep, "Access-Control-Allow-Origin": "*"}
    return HttpResponse(data, content_type=kind, headers=headers)
