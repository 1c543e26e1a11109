"""The operator's pages for agencies: who waits, who is in, suspension, help where no admin is left."""

from typing import Any, cast

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from vicinage.core.event import Finding
from vicinage.server import clock
from vicinage.server.accounts.models import User
from vicinage.server.agencies import actions, doors, queries, telling
from vicinage.server.agencies.applying import queries as applications
from vicinage.server.agencies.forms import AdminInviteForm, ReasonForm
from vicinage.server.agencies.models import Agency, Officer
from vicinage.server.agencies.officers import mail


@require_GET
@doors.operators
def operation(request: HttpRequest) -> HttpResponse:
    """Applications that wait, and all agencies; those without an admin are marked."""
    user = cast(User, request.user)
    admins = Officer.objects.filter(agency=OuterRef("pk"), is_admin=True, removed_at=None)
    context = {
        "agencies": queries.for_operator(user).annotate(has_admin=Exists(admins)),
        "waiting": applications.waiting(user),
        "now": clock.now(),
    }
    return render(request, "agencies/operation.html", context)


@require_http_methods(["GET", "POST"])
@doors.operators
def one_agency(request: HttpRequest, agency_id: str) -> HttpResponse:
    """One agency: suspend, reinstate, end an officer's authority, invite an admin where there is none."""
    operator = cast(User, request.user)
    agency = queries.for_operator(operator).filter(id=agency_id).first()
    if agency is None:
        raise Http404
    if request.method == "GET":
        return _page(request, agency)
    if "suspend" in request.POST:
        return _suspend(request, agency, operator)
    if "invite" in request.POST:
        return _invite_admin(request, agency, operator)
    if "remove" in request.POST:
        officer = request.POST["remove"]
        if not (officer.isascii() and officer.isdigit() and len(officer) < 19):
            raise Http404
        actions.remove_officer(int(officer), agency.id, operator, clock.now())
        messages.success(request, _("This person is no officer any more."))
    elif "reinstate" in request.POST:
        actions.reinstate(agency.id, operator, clock.now())
        messages.success(request, _("The suspension has ended, and the log says so."))
    elif "left" in request.POST:
        actions.let_go(agency.id, operator, clock.now())
        messages.success(request, _("The agency has left, and the log says so."))
    return redirect("operation-agency", agency.id)


def _suspend(request: HttpRequest, agency: Agency, operator: User) -> HttpResponse:
    reason = ReasonForm(request.POST)
    if not reason.is_valid():
        return _page(request, agency, reason=reason, status=422)
    findings = actions.suspend(agency.id, reason.cleaned_data["reason"], operator, clock.now())
    if findings:
        return _page(request, agency, findings=findings, status=422)
    messages.success(request, _("The agency is suspended, and the log says why."))
    return redirect("operation-agency", agency.id)


def _invite_admin(request: HttpRequest, agency: Agency, operator: User) -> HttpResponse:
    form = AdminInviteForm(request.POST)
    if not form.is_valid():
        return _page(request, agency, form=form, status=422)
    email = form.cleaned_data["email"]
    token = actions.invite_admin(agency.id, email, operator=operator, at=clock.now())
    mail.send_invitation(agency, email, token)
    messages.success(request, _("The invitation is sent. It lapses after 90 days."))
    return redirect("operation-agency", agency.id)


def _page(
    request: HttpRequest,
    agency: Agency,
    *,
    form: Any = None,
    reason: Any = None,
    findings: tuple[Finding, ...] = (),
    status: int = 200,
) -> HttpResponse:
    at = clock.now()
    context = {
        "agency": agency,
        "form": form or AdminInviteForm(),
        "reason": reason or ReasonForm(),
        "findings": findings,
        "evidence": telling.evidence(agency),
        "has_admin": queries.admins(agency).exists(),
        "officers": queries.officers(agency),
        "invitations": queries.open_invitations(agency, at),
        "suspensions": agency.suspensions.order_by("-suspended_at"),
        "verifications": agency.verifications.select_related("entry__place").order_by("-verified_at"),
        "is_lapsed": agency.until is not None and agency.until <= at,
    }
    return render(request, "agencies/one.html", context, status=status)
