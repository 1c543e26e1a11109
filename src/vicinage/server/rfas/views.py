"""The officer's console: drafts, submissions, and what became of them. Works without script."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from vicinage.core.event import Finding
from vicinage.server import clock
from vicinage.server.agencies import doors
from vicinage.server.agencies import queries as agencies
from vicinage.server.feed import queries as feed
from vicinage.server.regime import queries as rules
from vicinage.server.rfas import actions, forms, judging, queries
from vicinage.server.rfas.models import Draft, Submission
from vicinage.wire.judge import RfaDraft


@require_GET
@doors.officers
def console(request: doors.OfficerRequest) -> HttpResponse:
    """The agency's desk: its key, drafts, and requests."""
    officer, agency = request.officer, request.officer.agency
    is_lapsed = agency.until is not None and agency.until <= clock.now()
    route_open = rules.in_force().conduct.route != "closed"
    submissions = list(queries.submissions(officer))
    published = {rfa.id: rfa for rfa in feed.of_agency(officer.agency_id)}
    context = {
        "officer": officer,
        "drafts": queries.drafts(officer),
        "submissions": [(row, published.get(row.id)) for row in submissions],
        "route_open": route_open,
        "requests_open": route_open and agency.suspended_at is None and not is_lapsed,
        "suspension": agency.suspensions.filter(reinstated_at=None).first(),
        "is_lapsed": is_lapsed,
        "key": agencies.current_key(officer.agency_id),
        "offences": rules.offence_titles(),
    }
    return render(request, "rfas/console.html", context)


@require_http_methods(["GET", "POST"])
@doors.askers
def new(request: doors.OfficerRequest) -> HttpResponse:
    """A new request: the empty form; POST saves a draft or submits."""
    if request.method == "GET":
        return _form(request, RfaDraft(contact=request.officer.agency.email), None, ())
    return _take(request, None)


@require_http_methods(["GET", "POST"])
@doors.officers
def one(request: doors.OfficerRequest, rfa_id: str) -> HttpResponse:
    """A draft's form, or the state of what was submitted. POST on what was submitted is refused."""
    draft = queries.drafts(request.officer).filter(id=rfa_id).first()
    if draft is not None:
        return _take(request, draft) if request.method == "POST" else _saved(request, draft)
    submission = queries.submissions(request.officer).filter(id=rfa_id).first()
    if submission is None:
        raise Http404
    if request.method == "POST":
        raise actions.RfaConflictError(
            "rfa-not-a-draft",
            "What was submitted cannot be changed or deleted.",
            "Mark it resolved when it is published, or write a new request.",
        )
    return _submitted(request, submission)


@require_POST
@doors.askers
def resolve(request: doors.OfficerRequest, rfa_id: str) -> HttpResponse:
    """Mark the agency's own published request resolved."""
    if not queries.submissions(request.officer).filter(id=rfa_id).exists():
        raise Http404
    actions.resolve(rfa_id, request.officer.user, clock.now())
    messages.success(request, _("The request is marked resolved. It stays public."))
    return redirect("agency-rfa", rfa_id)


def _take(request: doors.OfficerRequest, draft: Draft | None) -> HttpResponse:
    """What the form's three buttons do: save, submit, discard."""
    user, at = request.officer.user, clock.now()
    typed = forms.typed(request.POST)
    draft_id = draft.id if draft else None
    if "discard" in request.POST and draft_id:
        actions.discard_draft(user, draft_id)
        messages.success(request, _("The draft is discarded."))
        return redirect("agency-console")
    if "submit" in request.POST:
        submitted, findings = actions.submit(user, typed, at, draft_id)
        if submitted is None:
            return _form(request, typed, draft, findings, status=422)
        messages.success(
            request, _("The request is submitted. A moderator reviews it before it is published.")
        )
        return redirect("agency-rfa", submitted.id)
    saved = actions.save_draft(user, typed, at, draft_id)
    messages.success(request, _("The draft is saved. Only your agency sees it."))
    return redirect("agency-rfa", saved.id)


def _saved(request: doors.OfficerRequest, draft: Draft) -> HttpResponse:
    """A saved draft in the form, with all findings as of now."""
    typed = RfaDraft(**draft.fields)
    return _form(request, typed, draft, judging.ask(request.officer.agency, typed, draft.id).findings)


def _form(
    request: doors.OfficerRequest,
    typed: RfaDraft,
    draft: Draft | None,
    findings: tuple[Finding, ...],
    status: int = 200,
) -> HttpResponse:
    context = {
        "officer": request.officer,
        "draft": draft,
        "typed": forms.as_typed(typed),
        "findings": findings,
        "regime": rules.in_force(),
    }
    return render(request, "rfas/form.html", context, status=status)


def _submitted(request: doors.OfficerRequest, submission: Submission) -> HttpResponse:
    posted = feed.one(submission.id)
    passed_on = getattr(submission, "mediated", None)
    if posted is None and passed_on is not None:
        is_open = passed_on.state_at(clock.now()) == "open"
    else:
        is_open = posted is not None and posted.is_open
    context = {
        "officer": request.officer,
        "submission": submission,
        "published": posted,
        "is_open": is_open,
        "offences": rules.offence_titles(),
    }
    return render(request, "rfas/submitted.html", context)
