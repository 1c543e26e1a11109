"""The agency's pages: what residents handed over and did not withdraw, and nothing else about them."""

import asyncio
from collections.abc import AsyncIterator
from typing import IO

from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from vicinage.server import clock
from vicinage.server.agencies import queries as agencies
from vicinage.server.agencies.doors import OfficerRequest, collectors
from vicinage.server.handovers import actions, queries, receipts
from vicinage.server.handovers.models import Handover
from vicinage.server.library import ranges

NO_STORE = "private, no-store"


@collectors
@require_safe
def listing(request: OfficerRequest) -> HttpResponse:
    """All hand-overs to the agency, newest first."""
    return render(request, "handovers/agency_listing.html", {"handovers": queries.of_agency(request.officer)})


@collectors
@require_safe
def one(request: OfficerRequest, handover_id: str) -> HttpResponse:
    """One hand-over: the owner's name and contact as stated, the clips, the package."""
    row = _served(request, handover_id)
    context = {
        "handover": row,
        "agency_key": agencies.current_key(row.agency_id),
        "offences": agencies.offence_titles(),
    }
    return render(request, "handovers/agency_one.html", context)


@collectors
@require_safe
def clip(request: OfficerRequest, handover_id: str, clip: str) -> HttpResponseBase:
    """A clip for the agency: the header that the owner made for it, then the payload. An age file."""
    row = _served(request, handover_id)
    part = row.clips.filter(clip=clip).first()
    if part is None:
        raise Http404
    file = queries.payload(row.id, part.clip)
    if not file.exists():
        raise Http404
    if request.method == "GET":
        actions.note_collection(row, request.officer, f"clip {part.clip}", clock.now())
    header = bytes(part.header)
    response = StreamingHttpResponse(
        ranges.pieces(file, 0, part.payload_size, before=header), content_type="application/octet-stream"
    )
    response.headers["Content-Length"] = str(len(header) + part.payload_size)
    return _attached(response, f"{part.clip}.age")


@collectors
@require_safe
def package(request: OfficerRequest, handover_id: str) -> HttpResponseBase:
    """The evidence package of a hand-over, a zip file."""
    row = _served(request, handover_id)
    if request.method == "GET":
        actions.note_collection(row, request.officer, "package", clock.now())
    try:
        file = receipts.package(row, clock.now())
    except FileNotFoundError as error:  # withdrawn while it was being packed
        raise Http404 from error
    response = StreamingHttpResponse(_pieces(file), content_type="application/zip")
    response.headers["Content-Length"] = str(file.seek(0, 2))
    file.seek(0)
    return _attached(response, f"vicinage-{row.id}.zip")


async def _pieces(file: IO[bytes]) -> AsyncIterator[bytes]:
    """The file in pieces; it is closed at the end, and gone with that."""
    try:
        while piece := await asyncio.to_thread(file.read, ranges.PIECE):
            yield piece
    finally:
        file.close()


def _attached(response: StreamingHttpResponse, name: str) -> HttpResponseBase:
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = NO_STORE
    return response


def _served(request: OfficerRequest, handover_id: str) -> Handover:
    row: Handover | None = queries.of_agency(request.officer).filter(id=handover_id).first()
    if row is None:
        raise Http404
    return row
