"""The owner's pages: answer a request, what was handed over, take it back."""

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_POST, require_safe

from vicinage.core import canonical
from vicinage.server import clock
from vicinage.server.accounts.models import User
from vicinage.server.agencies import queries as agencies
from vicinage.server.agencies.doors import residents
from vicinage.server.handovers import actions, queries, receipts
from vicinage.server.handovers.models import Handover
from vicinage.server.library import queries as library
from vicinage.server.mediation import queries as mediation
from vicinage.server.regime import queries as rules


@residents
@require_safe
@ensure_csrf_cookie
def answer(request: HttpRequest, rfa_id: str) -> HttpResponse:
    """The consent screen of a request, public or passed on to this resident. Which clips match is worked out
    in the browser alone.
    """
    rfa = mediation.answerable(request.user, rfa_id)
    if rfa is None:
        raise Http404
    key = agencies.current_key(rfa.agency_id)
    context = {
        "rfa": rfa,
        "key": key,
        "household": library.household_of(request.user),
        "offences": rules.offence_titles(),
        "island": {"rfa": {"id": rfa.id, "is_passed_on": rfa.mediated is not None}},
    }
    return render(request, "handovers/answer.html", context)


@residents
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Everything this person handed over, withdrawn or not."""
    return render(
        request, "handovers/listing.html", {"handovers": queries.of_owner(cast(User, request.user))}
    )


@residents
@require_safe
def one(request: HttpRequest, handover_id: str) -> HttpResponse:
    """One hand-over: what, to whom, the receipt, when it was fetched, and how to withdraw."""
    row = _own(request, handover_id)
    context = {
        "handover": row,
        "receipt": receipts.receipt(row),
    }
    return render(request, "handovers/one.html", context)


@residents
@require_safe
def opening(request: HttpRequest, handover_id: str) -> HttpResponse:
    """The owner's statement, its signature, and the opening of the log's entry, as a file."""
    row = _own(request, handover_id)
    told = {"statement": row.statement, "signature": row.signature, "opening": row.opening}
    headers = {
        "Cache-Control": "private, no-store",
        "Content-Disposition": 'attachment; filename="consent.json"',
    }
    return HttpResponse(canonical.dumps(told), content_type="application/json", headers=headers)


@residents
@require_POST
def withdraw(request: HttpRequest, handover_id: str) -> HttpResponse:
    """Take it back: the agency is served nothing of it from this moment."""
    row = _own(request, handover_id)
    actions.withdraw(row.owner, row.id, clock.now())
    messages.success(request, _("Withdrawn. We no longer give the agency anything of this hand-over."))
    return redirect("handover", handover_id)


def _own(request: HttpRequest, handover_id: str) -> Handover:
    row: Handover | None = queries.of_owner(cast(User, request.user)).filter(id=handover_id).first()
    if row is None:
        raise Http404
    return row
