"""The agency's pages: what residents handed over and did not withdraw, and nothing else about them."""

import asyncio
from collections.abc import AsyncIterator
from typing import IO

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from vicinage.server import clock
from vicinage.server.agencies import queries as agencies
from vicinage.server.agencies.doors import OfficerRequest, attesters, collectors
from vicinage.server.handovers import queries, receipts
from vicinage.server.handovers.collecting import actions as collecting
from vicinage.server.handovers.collecting.forms import DeletedForm, ReasonForm
from vicinage.server.handovers.models import Handover
from vicinage.server.library import ranges

NO_STORE = "private, no-store"


@collectors
@require_safe
def listing(request: OfficerRequest) -> HttpResponse:
    """All hand-overs to the agency, newest first."""
    context = {"handovers": queries.of_agency(request.officer), "now": clock.now()}
    return render(request, "handovers/agency_listing.html", context)


@collectors
@require_safe
def one(request: OfficerRequest, handover_id: str) -> HttpResponse:
    """One hand-over: the owner's name and contact as stated, the clips, the package, the clock."""
    return _page(request, _listed(request, handover_id), ReasonForm())


@collectors
@require_POST
def clip(request: OfficerRequest, handover_id: str, clip: str) -> HttpResponseBase:
    """A clip for the agency, for a stated reason: the header that the owner made for it, then the payload."""
    row = _served(request, handover_id)
    part = row.clips.filter(clip=clip).first()
    if part is None:
        raise Http404
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, row, form, status=422)
    file = queries.payload(row.id, part.clip)
    if not file.exists():
        raise Http404
    collecting.collect(row, request.officer, f"clip {part.clip}", form.reason_given, clock.now())
    header = bytes(part.header)
    response = StreamingHttpResponse(
        ranges.pieces(file, 0, part.payload_size, before=header), content_type="application/octet-stream"
    )
    response.headers["Content-Length"] = str(len(header) + part.payload_size)
    return _attached(response, f"{part.clip}.age")


@collectors
@require_POST
def package(request: OfficerRequest, handover_id: str) -> HttpResponseBase:
    """The evidence package of a hand-over, a zip file, for a stated reason."""
    row, form = _served(request, handover_id), ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, row, form, status=422)
    collecting.collect(row, request.officer, "package", form.reason_given, clock.now())
    try:
        file = receipts.package(row, clock.now())
    except FileNotFoundError as error:  # withdrawn while it was being packed
        raise Http404 from error
    response = StreamingHttpResponse(_pieces(file), content_type="application/zip")
    response.headers["Content-Length"] = str(file.seek(0, 2))
    file.seek(0)
    return _attached(response, f"vicinage-{row.id}.zip")


@attesters
@require_POST
def deleted(request: OfficerRequest, handover_id: str) -> HttpResponse:
    """The officer attests that the agency has deleted what it was given."""
    row, form = _listed(request, handover_id), DeletedForm(request.POST)
    if not form.is_valid():
        return _page(request, row, ReasonForm(), form, status=422)
    collecting.attest_deletion(row, request.officer, clock.now())
    messages.success(request, _("Recorded. The owner sees that you deleted it; we hold no copy any more."))
    return redirect("agency-handover", row.id)


def _page(
    request: OfficerRequest,
    row: Handover,
    form: ReasonForm,
    deleted_form: DeletedForm | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    context = {
        "handover": row,
        "form": form,
        "deleted_form": deleted_form or DeletedForm(),
        "is_served": queries.served(request.officer, clock.now()).filter(id=row.id).exists(),
        "collections": row.collections.select_related("officer").order_by("-at"),
        "agency_key": agencies.current_key(row.agency_id),
        "island": {"handover": row.id, "recipient": row.statement["recipient"]},
    }
    return render(request, "handovers/agency_one.html", context, status=status)


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


def _listed(request: OfficerRequest, handover_id: str) -> Handover:
    row: Handover | None = queries.of_agency(request.officer).filter(id=handover_id).first()
    if row is None:
        raise Http404
    return row


def _served(request: OfficerRequest, handover_id: str) -> Handover:
    row: Handover | None = queries.served(request.officer, clock.now()).filter(id=handover_id).first()
    if row is None:
        raise Http404
    return row
