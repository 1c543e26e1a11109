"""Public JSON: the same for everybody, cacheable, readable from any site."""

import json

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from vicinage.core.span import format_instant
from vicinage.server import home
from vicinage.server.agencies.queries import current_key
from vicinage.server.feed import queries as feed
from vicinage.server.feed.models import PublishedRfa
from vicinage.wire import encode
from vicinage.wire.feed import AgencyName, AgencyRecord, CellFeed, OpenRfa, RfaRecord, Window

CACHED = {"Cache-Control": "public, max-age=15", "Access-Control-Allow-Origin": "*"}


@require_safe
def rfa(request: HttpRequest, rfa_id: str) -> HttpResponse:
    """GET /rfas/<id>.json: the leaf as logged, the text beside it, and the agency's key in force."""
    row = feed.one(rfa_id)
    if row is None:
        raise Http404
    leaf, text = bytes(row.entry.leaf), row.entry.text
    key, verified = current_key(row.agency_id), row.agency.verified_entry
    record = RfaRecord(
        index=row.entry.place.index,
        leaf=json.loads(leaf),
        leaf_bytes=leaf,
        text=json.loads(bytes(text)) if text is not None else None,
        agency=AgencyRecord(
            id=row.agency_id,
            name=row.agency.name,
            recipient=key.recipient if key else None,
            key_index=key.entry.place.index if key else None,
            verified_index=verified.place.index if verified else None,
            retention_days=row.agency.retention_days,
        ),
    )
    return _json(record)


@require_safe
def cell(request: HttpRequest, cell: str) -> HttpResponse:
    """GET /public/rfas/cell/<cell>.json: the open requests that touch an H3 cell, newest first.

    A home asks for its coarse cell and matches by itself; the answer is the same for everyone.
    """
    return _json(CellFeed(cell=cell, rfas=[_open(row) for row in feed.in_cell(cell)]))


@require_safe
def town(request: HttpRequest) -> HttpResponse:
    """GET /public/town.geojson: streets for the map, where the operator has laid such a file."""
    try:
        data = home.folder("public").joinpath("town.geojson").read_bytes()
    except FileNotFoundError:
        raise Http404 from None
    return HttpResponse(data, content_type="application/geo+json", headers=CACHED)


def _open(row: PublishedRfa) -> OpenRfa:
    return OpenRfa(
        id=row.id,
        index=row.entry.place.index,
        title=row.title,
        offence=row.offence,
        agency=AgencyName(id=row.agency_id, name=row.agency.name),
        window=Window(start=format_instant(row.window_from), end=format_instant(row.window_to)),
        area=row.area,
    )


def _json(message: object) -> HttpResponse:
    return HttpResponse(encode(message), content_type="application/json", headers=CACHED)
