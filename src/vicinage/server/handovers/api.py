"""The owner's device hands over, and fetches its receipt."""

from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from vicinage.server import bodies, clock, errors
from vicinage.server.accounts.actions import confirm_second_factor
from vicinage.server.accounts.models import User
from vicinage.server.agencies.doors import residents
from vicinage.server.feed.templatetags.vicinage_words import say
from vicinage.server.handovers import actions, queries, receipts
from vicinage.server.handovers.models import Handover
from vicinage.server.ledger import queries as ledger
from vicinage.wire import decode, encode
from vicinage.wire.handover import HANDOVER_LIMIT, HandOver

NO_STORE = {"Cache-Control": "private, no-store"}


@residents
@require_POST
def hand_over(request: HttpRequest) -> HttpResponse:
    """POST a signed consent: 201 with the receipt; 202 without index and proof while the log is behind.

    Findings of the law are problem details with the code of the first rule that was not met.
    """
    message = decode(HandOver, bodies.read(request, HANDOVER_LIMIT), HANDOVER_LIMIT)
    user = cast(User, request.user)
    if not confirm_second_factor(user, message.code):
        raise errors.ServerError(
            "second-factor-wrong",
            "The one-time code is wrong, was used already, or too many were tried.",
            "Wait for the next code and try again.",
            status=403,
        )
    row, findings = actions.hand_over(user, message, clock.now())
    if row is None:
        sentences = " ".join(say(finding) for finding in findings)
        return errors.problem(422, findings[0].rule, sentences, findings[0].hint)
    receipt = receipts.receipt(row)
    status = 202 if receipt.proof is None else 201
    return HttpResponse(encode(receipt), status=status, content_type="application/json", headers=NO_STORE)


@residents
@require_safe
def leaf(request: HttpRequest, handover_id: str) -> HttpResponse:
    """The log's entry of the owner's hand-over: 104 bytes that tell nothing without the opening."""
    return _file(ledger.leaf(_index(request, handover_id)), "consent.leaf")


@residents
@require_safe
def proof(request: HttpRequest, handover_id: str) -> HttpResponse:
    """The proof that the log holds it."""
    return _file(ledger.proof(_index(request, handover_id)).encode(), "consent.tlog-proof")


def _index(request: HttpRequest, handover_id: str) -> int:
    row: Handover | None = queries.of_owner(cast(User, request.user)).filter(id=handover_id).first()
    index = ledger.index_of_entry(row.entry) if row is not None else None
    if index is None:
        raise Http404
    return index


def _file(data: bytes, name: str) -> HttpResponse:
    headers = {**NO_STORE, "Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(data, content_type="application/octet-stream", headers=headers)
