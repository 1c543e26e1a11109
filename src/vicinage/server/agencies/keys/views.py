"""The officer's page of the agency's key, and what its island asks."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vicinage.server import bodies, clock
from vicinage.server.agencies import doors
from vicinage.server.agencies import queries as desks
from vicinage.server.agencies.forms import KeyForm
from vicinage.server.agencies.keys import actions, queries
from vicinage.server.regime import queries as regimes
from vicinage.wire import decode, encode
from vicinage.wire import vault as wire

NO_STORE = {"Cache-Control": "private, no-store"}
REASONS = {
    "compromised": gettext_lazy("Somebody else may have it"),
    "lost": gettext_lazy("Nobody can open it any more"),
    "officer-left": gettext_lazy("Someone who could open it has left"),
    "mistake": gettext_lazy("It was published by mistake"),
}


@require_http_methods(["GET", "POST"])
@doors.keepers
@ensure_csrf_cookie
def key(request: doors.OfficerRequest) -> HttpResponse:
    """The agency's keys: made in the browser, or typed where there is no script; who can open them.

    An admin who may not collect sees them too, to revoke one that the agency did not mean.
    """
    form = KeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.publish_key(request.officer.user, form.cleaned_data["recipient"], clock.now())
        messages.success(request, _("The key is published in the log."))
        return redirect("agency-key")
    agency, at = request.officer.agency, clock.now()
    context: dict[str, Any] = {
        "agency": agency,
        "form": form,
        "may_collect": request.officer.may_collect,
        "current": desks.current_key(agency.id),
        "holdings": queries.holdings(agency.id, at),
        "reasons": REASONS.items(),
        "cooling_days": regimes.in_force(at).conduct.key_cooling_days,
        "island": {"officer": request.officer.pk},
    }
    return render(request, "agencies/key.html", context, status=422 if form.errors else 200)


@require_POST
@doors.keepers
def revoke(request: doors.OfficerRequest) -> HttpResponse:
    """Revoke a key, at once."""
    recipient, reason = (request.POST.get(name, "") for name in ("recipient", "reason"))
    actions.revoke_key(request.officer.user, recipient, reason, clock.now())
    messages.success(request, _("The key is revoked. Nothing is sealed to it any more."))
    return redirect("agency-key")


@require_POST
@doors.collectors
def post_key(request: doors.OfficerRequest) -> HttpResponse:
    """POST /api/agency/key: publish it. 201 with its place in the log, once it has one."""
    message = decode(wire.AgencyKey, bodies.read(request, wire.KEY_LIMIT), wire.KEY_LIMIT)
    row = actions.publish_key(
        request.officer.user,
        message.recipient,
        clock.now(),
        share=message.share,
        recovery=message.recovery,
    )
    found = next(held for held in queries.vault(request.officer).keys if held.recipient == row.recipient)
    return JsonResponse({"recipient": row.recipient, "index": found.index}, status=201)


@require_safe
@doors.collectors
def vault(request: doors.OfficerRequest) -> HttpResponse:
    """GET /api/agency/vault: the caller's own shares, and which colleagues have what."""
    return _json(queries.vault(request.officer))


@require_POST
@doors.collectors
def post_own(request: doors.OfficerRequest) -> HttpResponse:
    """POST /api/agency/vault/own: the caller's own key."""
    message = decode(wire.OwnKey, bodies.read(request, wire.KEY_LIMIT), wire.KEY_LIMIT)
    actions.make_own_key(request.officer.user, message, clock.now())
    return _json({}, 201)


@require_POST
@doors.collectors
def post_shares(request: doors.OfficerRequest) -> HttpResponse:
    """POST /api/agency/vault/shares: what the caller's browser sealed, for themselves or a colleague."""
    message = decode(wire.Shares, bodies.read(request, wire.VAULT_LIMIT), wire.VAULT_LIMIT)
    actions.give_access(request.officer.user, message.shares, clock.now())
    return _json({}, 201)


def _json(value: object, status: int = 200) -> HttpResponse:
    return HttpResponse(encode(value), status=status, content_type="application/json", headers=NO_STORE)
