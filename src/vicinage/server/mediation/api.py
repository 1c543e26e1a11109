"""What is passed on to a resident, for their browser or device to match and to check against the log.

The server answers from the coarse cells of the household's cameras, which it knows. Which camera, if any,
stands in the area, and whether a clip fits, is worked out by who asked, and told to nobody.
"""

import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from vicinage.core.span import format_instant
from vicinage.server.accounts import queries as accounts
from vicinage.server.agencies.doors import residents
from vicinage.server.agencies.records import record_of
from vicinage.server.mediation import queries
from vicinage.server.mediation.asking import Asking
from vicinage.server.rfas.models import MediatedRfa
from vicinage.wire import encode
from vicinage.wire.mediation import PassedOn, PassedOnList


@residents
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """GET /api/rfas/passed-on: the open mediated rfas that touch a cell of theirs."""
    asked = queries.passed_on_to(request.user) if accounts.sees_rfas(request.user) else []
    return _json(PassedOnList(rfas=[_message(rfa, rfa.mediated) for rfa in asked if rfa.mediated]))


@residents
@require_safe
def one(request: HttpRequest, rfa_id: str) -> HttpResponse:
    """GET /api/rfas/passed-on/<id>: one of them, also for who chose to see none on their pages."""
    asked = queries.one_passed_on(request.user, rfa_id)
    if asked is None or asked.mediated is None:
        raise Http404
    return _json(_message(asked, asked.mediated))


def _message(asked: Asking, row: MediatedRfa) -> PassedOn:
    leaf = bytes(row.entry.leaf)
    return PassedOn(
        index=row.entry.place.index,
        leaf=json.loads(leaf),
        leaf_bytes=leaf,
        fields=row.fields,
        text=row.words,
        open_until=format_instant(asked.open_until.replace(microsecond=0)),
        agency=record_of(asked.agency),
    )


def _json(message: Any) -> HttpResponse:
    headers = {"Cache-Control": "private, no-store"}
    return HttpResponse(encode(message), content_type="application/json", headers=headers)
