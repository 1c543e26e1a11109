"""Public files over HTTP: the same for everybody, cacheable, readable from any site.

The lists are made once for each state of the log, or taken from the shelf where they lie ready. What
everybody is shown alike gets its ETag and gzip from the middleware `Shared`.
"""

import threading
from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from vicinage.server import home
from vicinage.server.feed import queries as feed
from vicinage.server.ledger import queries as ledger
from vicinage.server.library import ranges
from vicinage.server.public import documents
from vicinage.server.public.actions import LISTS
from vicinage.server.public.shelf import Shelf
from vicinage.server.regime import queries as rules
from vicinage.wire import encode
from vicinage.wire.feed import MapSources

CACHED = {"Cache-Control": "public, max-age=15", "Access-Control-Allow-Origin": "*"}
KINDS = {
    "json": "application/json",
    "geojson": "application/geo+json",
    "csv": "text/csv; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
}
MOST_KEPT = 64

_kept: dict[tuple[str, str], bytes] = {}
_making = threading.Lock()


@require_safe
def listed(request: HttpRequest, name: str) -> HttpResponse:
    """One of the lists: /agencies.geojson, /rfas.csv and their like."""
    return _file(name, _once(name, LISTS[name]))


@require_safe
def state(request: HttpRequest, state: str) -> HttpResponse:
    """GET /agencies/state/<state>.json: the agencies of one state."""
    name = f"agencies/state/{state}.json"
    return _file(name, _once(name, lambda: _or_404(documents.state_file(state))))


@require_safe
def agency(request: HttpRequest, agency_id: str) -> HttpResponse:
    """GET /agencies/<id>.json: an agency with its history."""
    return _file("agency.json", _or_404(documents.agency_file(agency_id)))


@require_safe
def rfa(request: HttpRequest, rfa_id: str) -> HttpResponse:
    """GET /rfas/<id>.json: the leaf as logged, the text beside it, and the agency's key in force."""
    row = feed.one(rfa_id)
    if row is None:
        raise Http404
    return _file("rfa.json", documents.rfa_file(row))


@require_safe
def cell(request: HttpRequest, cell: str) -> HttpResponse:
    """GET /public/rfas/cell/<cell>.json: the open requests that touch an H3 cell, newest first."""
    return _file("cell.json", documents.cell_file(cell))


@require_safe
def maps(request: HttpRequest) -> HttpResponse:
    """GET /public/map.json: which map the operator has laid in the folder."""
    folder = home.folder("public")
    told = MapSources((folder / "map.pmtiles").is_file(), (folder / "town.geojson").is_file())
    answer = _file("map.json", encode(told))
    answer.headers["Cache-Control"] = "public, no-cache"  # a map that was laid there is seen at once
    return answer


@require_safe
def town(request: HttpRequest) -> HttpResponse:
    """GET /public/town.geojson: streets for the map, where the operator has laid such a file."""
    try:
        return _file("town.geojson", home.folder("public").joinpath("town.geojson").read_bytes())
    except FileNotFoundError:
        raise Http404 from None


@require_safe
def tiles(request: HttpRequest) -> HttpResponseBase:
    """GET /public/map.pmtiles: the operator's tiles, whole or a range of them."""
    path = home.folder("public") / "map.pmtiles"
    try:
        stat = path.stat()
    except FileNotFoundError:
        raise Http404 from None
    etag = f"{stat.st_size:x}-{stat.st_mtime_ns:x}"
    answer = ranges.answer(request, path, etag, "application/vnd.pmtiles")
    for name, value in CACHED.items():
        answer.headers[name] = value
    return answer


def _once(name: str, make: Callable[[], bytes]) -> bytes:
    """The file as it is for this state of the log: kept, or from the shelf, or made now by one thread."""
    stamp = f"{home.public_log()} {ledger.root()} {rules.stamp()}"
    data = _kept.get((stamp, name))
    if data is not None:
        return data
    with _making:
        data = _kept.get((stamp, name))
        if data is None:
            data = Shelf().ready(name, ledger.size()) or make()
            for old in [key for key in _kept if key[0] != stamp]:
                _kept.pop(old, None)
            while len(_kept) >= MOST_KEPT:
                _kept.pop(next(iter(_kept)))
            _kept[stamp, name] = data
    return data


def _or_404(data: bytes | None) -> bytes:
    if data is None:
        raise Http404
    return data


def _file(name: str, data: bytes) -> HttpResponse:
    return HttpResponse(data, content_type=KINDS[name.rpartition(".")[2]], headers=CACHED)
