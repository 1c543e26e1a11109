"""Pages of an application: the public form, the mailed link, the operators' evidence page, the renewal."""

from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from vicinage.core.event import Finding
from vicinage.server import clock
from vicinage.server.accounts.models import User
from vicinage.server.agencies import doors
from vicinage.server.agencies.actions import AgencyConflictError
from vicinage.server.agencies.applying import actions, challenge, forms, promise, queries
from vicinage.server.agencies.listings import names
from vicinage.server.agencies.listings import queries as listings
from vicinage.server.agencies.models import Application
from vicinage.server.regime import queries as rules


@require_http_methods(["GET", "POST"])
def apply(request: HttpRequest) -> HttpResponse:
    """The form for an agency that is not here yet. No account is needed."""
    form = forms.ApplyForm(request.POST or None)
    findings: tuple[Finding, ...] = ()
    if request.method == "POST" and form.is_valid():
        try:
            row, findings = actions.apply(form.cleaned_data, clock.now())
        except AgencyConflictError as error:
            form.add_error(None, f"{_(error.sentence)} {_(error.hint)}")
        else:
            if row is not None:
                return render(request, "agencies/applying/mailed.html", {"application": row})
    status = 422 if request.method == "POST" else 200
    return render(
        request, "agencies/applying/apply.html", {"form": form, "findings": findings}, status=status
    )


@require_http_methods(["GET", "POST"])
@never_cache
def application(request: HttpRequest, token: str) -> HttpResponse:
    """The mailed link: sign the promise once; afterwards how far it is, and the DNS record to set."""
    row = queries.by_token(token, clock.now())
    if row is None:
        raise Http404
    form = forms.SignForm(request.POST if "sign" in request.POST else None)
    if "sign" in request.POST and form.is_valid():
        signed = form.cleaned_data
        actions.sign(token, signed["signed_name"], signed["signed_title"], signed["text_sha256"], clock.now())
        return redirect("agency-application", token)
    if "check" in request.POST and row.signed_at is not None and row.decided_at is None:
        _say_challenge(request, row)
        return redirect("agency-application", token)
    text = row.signed_text or promise.text(row, rules.in_force())
    context = {
        "application": row,
        "form": form,
        "text": text,
        "text_sha256": promise.digest(text),
        "record_name": challenge.record_name(row.domain),
        "record_text": challenge.record_text(row.challenge),
        "lapses_at": row.applied_at + queries.LINK_LASTS,
    }
    return render(request, "agencies/applying/application.html", context, status=422 if form.errors else 200)


def _say_challenge(request: HttpRequest, row: Application) -> None:
    if actions.check_challenge(row.id, clock.now()):
        messages.success(request, _("The DNS record is there."))
    else:
        messages.warning(request, _("The DNS record is not there yet. It can take an hour to show."))


@require_http_methods(["GET", "POST"])
@doors.operators
def evidence(request: HttpRequest, application_id: str) -> HttpResponse:
    """What is known of an applicant, for an operator: look, call back, approve or refuse."""
    operator = cast(User, request.user)
    row = queries.for_operator(operator).filter(id=application_id).first()
    if row is None:
        raise Http404
    if request.method == "GET":
        return _evidence_page(request, row, operator)
    at = clock.now()
    if "called" in request.POST:
        form = _call_form(row, request)
        if not form.is_valid():
            return _evidence_page(request, row, operator, call=form, status=422)
        actions.note_call(row.id, operator=operator, at=at, **form.cleaned_data)
    elif "refuse" in request.POST:
        refusal = forms.RefusalForm(request.POST)
        if not refusal.is_valid():
            return _evidence_page(request, row, operator, refusal=refusal, status=422)
        actions.refuse(row.id, refusal.cleaned_data["reason"], operator, at)
        messages.success(request, _("The application is turned down, and the applicant is told why."))
    elif "approve" in request.POST:
        return _approve(request, row, operator)
    elif "choose" in request.POST:
        actions.choose_entry(row.id, request.POST.get("entry"), operator)
    elif "check" in request.POST:
        _say_challenge(request, row)
    return redirect("operation-application", row.id)


def _approve(request: HttpRequest, row: Application, operator: User) -> HttpResponse:
    done = actions.approve(row.id, request.POST.get("shown", ""), operator, clock.now())
    if done.findings:
        return _evidence_page(request, row, operator, done.findings, status=422)
    if done.agency is not None:
        messages.success(request, _("The agency is verified, and the log says so."))
        return redirect("operation-agency", done.agency.id)
    messages.success(request, _("Your approval is kept. Another operator must approve too."))
    return redirect("operation-application", row.id)


def _call_form(row: Application, request: HttpRequest | None = None) -> Any:
    listing = row.directory_listing
    kind = forms.ListedCallForm if listing is not None and listing.phone else forms.CallForm
    return kind(request.POST if request is not None else None)


def _evidence_page(
    request: HttpRequest,
    row: Application,
    operator: User,
    findings: tuple[Finding, ...] = (),
    *,
    call: Any = None,
    refusal: Any = None,
    status: int = 200,
) -> HttpResponse:
    """The applicant's own number is shown only once somebody has called another one."""
    regime, at = rules.in_force(), clock.now()
    approvals = queries.counted(row)
    is_same_number = names.digits(row.called_number) == names.digits(row.phone)
    context = {
        "application": row,
        "listing": listings.listing_of(row.domain),
        "entries": listings.directory_matches(row.name, row.state, row.region),
        "warnings": queries.warnings(row),
        "sharing": queries.sharing(row),
        "beside": queries.waiting_beside(row),
        "record_name": challenge.record_name(row.domain),
        "record_text": challenge.record_text(row.challenge),
        "call": call or _call_form(row),
        "refusal": refusal or forms.RefusalForm(),
        "missing": findings or (queries.missing(row, regime, at) if row.decided_at is None else ()),
        "approvals": approvals,
        "needed": regime.conduct.approvals,
        "is_mine": any(approval.operator_id == operator.pk for approval in approvals),
        "shown": queries.shown_sha256(row),
        "is_same_number": is_same_number,
    }
    return render(request, "agencies/applying/evidence.html", context, status=status)


@require_http_methods(["GET", "POST"])
@doors.admins
def renewal(request: doors.OfficerRequest) -> HttpResponse:
    """The yearly renewal: the desk's facts as they are now; the link to sign is mailed to the admin."""
    agency = request.officer.agency
    given = {name: getattr(agency, name) for name in ("region", "retention_days", "phone", "email")}
    form = forms.DeskForm(
        request.POST or None, initial={**given, "applicant_email": request.officer.user.email}
    )
    findings: tuple[Finding, ...] = ()
    if request.method == "POST" and form.is_valid():
        facts = {**forms.renewal_of(agency), **form.cleaned_data}
        facts |= {name: facts[name].lower() for name in ("email", "applicant_email")}
        try:
            row, findings = actions.ask_renewal(request.officer, facts, clock.now())
        except AgencyConflictError as error:
            form.add_error(None, f"{_(error.sentence)} {_(error.hint)}")
        else:
            if row is not None:
                return render(request, "agencies/applying/mailed.html", {"application": row})
    context = {"form": form, "findings": findings, "agency": agency}
    status = 422 if request.method == "POST" else 200
    return render(request, "agencies/applying/renewal.html", context, status=status)
