"""The operator's pages for agencies; an officer's way in; the agency's key."""

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.mail import send_mail
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from vicinage.core.event import Finding
from vicinage.server import clock
from vicinage.server.accounts.models import User
from vicinage.server.agencies import actions, doors, queries
from vicinage.server.agencies.forms import AgencyForm, InviteForm
from vicinage.server.agencies.models import Agency


@require_GET
@doors.operators
def operation(request: HttpRequest) -> HttpResponse:
    """All agencies, verified or not."""
    return render(request, "agencies/operation.html", {"agencies": queries.for_operator(_person(request))})


@require_http_methods(["GET", "POST"])
@doors.operators
def new_agency(request: HttpRequest) -> HttpResponse:
    """Enter an agency. One that the rules in force would never admit is refused, with the finding."""
    form = AgencyForm(request.POST or None)
    findings: tuple[Finding, ...] = ()
    if request.method == "POST" and form.is_valid():
        agency, findings = actions.create_agency(form.facts(), clock.now())
        if agency is not None:
            messages.success(request, _("The agency is entered. Verify it next."))
            return redirect("operation-agency", agency.id)
    status = 422 if request.method == "POST" else 200
    return render(request, "agencies/new.html", {"form": form, "findings": findings}, status=status)


@require_http_methods(["GET", "POST"])
@doors.operators
def one_agency(request: HttpRequest, agency_id: str) -> HttpResponse:
    """One agency: verify it, invite officers, end an officer's authority."""
    operator = _person(request)
    agency = queries.for_operator(operator).filter(id=agency_id).first()
    if agency is None:
        raise Http404
    if request.method == "GET":
        return _operator_page(request, agency, InviteForm())
    if "verify" in request.POST:
        findings = actions.verify_agency(agency.id, operator, clock.now())
        if findings:
            return _operator_page(request, agency, InviteForm(), findings, status=422)
        messages.success(request, _("The agency is verified, and the log says so."))
    elif "remove" in request.POST:
        officer = request.POST["remove"]
        if not (officer.isascii() and officer.isdigit() and len(officer) < 19):
            raise Http404
        actions.remove_officer(int(officer), agency.id, operator, clock.now())
        messages.success(request, _("This person is no officer any more."))
    else:
        form = InviteForm(request.POST)
        if not form.is_valid():
            return _operator_page(request, agency, form, status=422)
        link = _invite(request, agency, operator, form)
        return _operator_page(request, agency, InviteForm(), link=link)
    return redirect("operation-agency", agency.id)


def _invite(request: HttpRequest, agency: Agency, operator: User, form: InviteForm) -> str:
    """Make the invitation, send it, and give the link for the operator's page."""
    facts = form.cleaned_data
    token = actions.invite_officer(
        agency.id,
        facts["email"],
        may_ask=facts["may_ask"],
        may_collect=facts["may_collect"],
        operator=operator,
        at=clock.now(),
    )
    link = settings.VICINAGE_ORIGIN + reverse("agency-join", args=[token])
    body = render_to_string("agencies/invitation.txt", {"agency": agency, "link": link})
    send_mail(_("Invitation to act for %s") % agency.name, body, None, [facts["email"]])
    messages.success(request, _("The invitation is sent. It lapses after 90 days."))
    return link


def _operator_page(
    request: HttpRequest,
    agency: Agency,
    form: InviteForm,
    findings: tuple[Finding, ...] = (),
    *,
    link: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "agency": agency,
        "form": form,
        "findings": findings,
        "link": link,
        "officers": queries.officers(agency),
        "invitations": queries.open_invitations(agency, clock.now()),
    }
    return render(request, "agencies/one.html", context, status=status)


@require_http_methods(["GET", "POST"])
@login_required
def join(request: HttpRequest, token: str) -> HttpResponse:
    """The link of an invitation: shows what it is for; POST accepts it."""
    user = _person(request)
    if request.method == "POST":
        officer = actions.accept_invitation(token, user, clock.now())
        messages.success(request, _("You now act for %s.") % officer.agency.name)
        return redirect("agency-console")
    invitation = queries.invitation(token, clock.now())
    if invitation is None or invitation.email.lower() != user.email.lower():
        raise Http404
    return render(request, "agencies/join.html", {"invitation": invitation})


def _person(request: HttpRequest) -> User:
    return cast(User, request.user)
