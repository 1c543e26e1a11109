"""An agency's own pages: its officers, invitations, the history of their acts; and the invited person's."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from vicinage.server import clock
from vicinage.server.accounts.models import User
from vicinage.server.agencies import actions as agencies
from vicinage.server.agencies import doors, queries, telling
from vicinage.server.agencies.forms import InviteForm, LeaveForm, RolesForm
from vicinage.server.agencies.officers import actions

ACTS_PER_PAGE = 50


@require_http_methods(["GET", "POST"])
@doors.officers
def officers(request: doors.OfficerRequest) -> HttpResponse:
    """The list of officers. An admin reviews it, sets roles, ends authority; anyone may leave it."""
    if request.method == "GET":
        return _page(request)
    user, at = request.officer.user, clock.now()
    if "resign" in request.POST:
        actions.resign(user, at)
        messages.success(request, _("You do not act for the agency any more."))
        return redirect("/")
    if not request.officer.is_admin:
        raise Http404
    if "reviewed" in request.POST:
        actions.review_list(user, _number(request, "shown"), at)
        messages.success(request, _("The review is kept, with its date."))
    elif "remove" in request.POST:
        actions.remove(user, _number(request, "remove"), at)
        messages.success(request, _("This person is no officer any more."))
    elif "cancel" in request.POST:
        actions.cancel_invitation(user, _number(request, "cancel"), at)
        messages.success(request, _("The invitation is taken back."))
    elif "roles" in request.POST:
        form = RolesForm(request.POST)
        form.is_valid()
        actions.set_roles(user, _number(request, "roles"), at, **form.cleaned_data)
        messages.success(request, _("The authority is changed."))
    elif "leave" in request.POST:
        leaving = LeaveForm(request.POST)
        if not leaving.is_valid():
            return _page(request, leaving, status=422)
        actions.leave(user, leaving.cleaned_data["name"], at)
        messages.success(request, _("The agency has left. Its history stays public."))
        return redirect("/")
    return redirect("agency-officers")


def _number(request: HttpRequest, name: str) -> int:
    """A row's number, as a button sends it. Raises Http404."""
    text = request.POST.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Http404
    return int(text)


def _page(request: doors.OfficerRequest, leaving: LeaveForm | None = None, status: int = 200) -> HttpResponse:
    agency, at = request.officer.agency, clock.now()
    rows = list(queries.officers(agency))
    context = {
        "officer": request.officer,
        "agency": agency,
        "officers": [
            (row, RolesForm(initial=vars(row), prefix=None, auto_id=f"id_{row.pk}_%s")) for row in rows
        ],
        "invitations": queries.open_invitations(agency, at),
        "review": queries.reviews(agency).first(),
        "is_review_due": queries.reviews_due(at).filter(pk=agency.pk).exists(),
        "idle_days": queries.IDLE.days,
        "leaving": leaving or LeaveForm(),
    }
    return render(request, "agencies/officers/list.html", context, status=status)


@require_http_methods(["GET", "POST"])
@doors.admins
def invite(request: doors.OfficerRequest) -> HttpResponse:
    """Invite the owner of an address on the agency's domain."""
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.invite(request.officer.user, at=clock.now(), **form.cleaned_data)
        except agencies.AgencyConflictError as error:
            form.add_error(None, f"{_(error.sentence)} {_(error.hint)}")
        else:
            messages.success(request, _("The invitation is mailed. It lapses after 90 days."))
            return redirect("agency-officers")
    context = {"form": form, "agency": request.officer.agency}
    return render(request, "agencies/officers/invite.html", context, status=422 if form.errors else 200)


@require_GET
@doors.officers
def history(request: doors.OfficerRequest) -> HttpResponse:
    """What the agency's officers did, by name, for the agency alone."""
    pages = Paginator(queries.acts(request.officer.agency), ACTS_PER_PAGE)
    page = pages.get_page(request.GET.get("page"))
    told = telling.acts(request.officer.agency, page)
    context = {"page": page, "told": told, "agency": request.officer.agency}
    return render(request, "agencies/officers/history.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def join(request: HttpRequest, token: str) -> HttpResponse:
    """The link of an invitation: shows what it is for; POST accepts it."""
    user = cast(User, request.user)
    if request.method == "POST":
        officer = agencies.accept_invitation(token, user, clock.now())
        messages.success(request, _("You now act for %s.") % officer.agency.name)
        return redirect("agency-console")
    invitation = queries.invitation(token, clock.now())
    if invitation is None or invitation.email.lower() != user.email.lower():
        raise Http404
    return render(request, "agencies/join.html", {"invitation": invitation})
