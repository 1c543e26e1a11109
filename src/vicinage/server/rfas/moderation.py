"""Moderation: the queue, and a person's answers and decision on each request before it is public."""

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from vicinage.core.event import Finding
from vicinage.core.judge import questions
from vicinage.core.rfa import Answer
from vicinage.server import clock, typed
from vicinage.server.accounts.models import User
from vicinage.server.agencies import doors
from vicinage.server.assemblies import queries as assemblies
from vicinage.server.feed.outline import outline
from vicinage.server.regime import queries as rules
from vicinage.server.rfas import actions, queries
from vicinage.server.rfas.models import MediatedRfa, Submission

REASON = 1000


@require_GET
@doors.moderators
def queue(request: HttpRequest) -> HttpResponse:
    """What waits, oldest first, and what was lately decided."""
    moderator = _person(request)
    context = {
        "awaiting": queries.awaiting(moderator),
        "decided": queries.decided(moderator),
        "offences": rules.offence_titles(),
    }
    return render(request, "rfas/queue.html", context)


@require_http_methods(["GET", "POST"])
@doors.moderators
def one(request: HttpRequest, rfa_id: str) -> HttpResponse:
    """A submission as it would be published, with the questions; POST approves, or rejects with a reason."""
    moderator = _person(request)
    submission = queries.for_moderator(moderator).filter(id=rfa_id).first()
    if submission is None:
        raise Http404
    if request.method == "GET":
        if getattr(submission, "review", None) is None:
            actions.begin_review(rfa_id, moderator, clock.now())
        return _page(request, submission, ())
    if "approve" in request.POST:
        posted, findings = actions.approve(rfa_id, moderator, _answers(request), clock.now())
        if posted is None:
            return _page(request, submission, findings, status=422)
        if isinstance(posted, MediatedRfa):
            messages.success(request, _("Approved. It is passed on to residents, and the log commits to it."))
        else:
            messages.success(request, _("Approved. The request is recorded in the log and published."))
    else:
        findings = actions.reject(rfa_id, moderator, request.POST.get("reason", ""), clock.now())
        if findings:
            return _page(request, submission, findings, status=422)
        messages.success(request, _("Rejected. The agency reads your reason."))
    return redirect("moderation")


def _answers(request: HttpRequest) -> dict[str, Answer]:
    """What was answered, by question. What was not answered is not there, nor what was answered twice."""
    given = {}
    for name, answers in request.POST.lists():
        answer = answers[0] if len(answers) == 1 else ""
        if name.startswith("answer-") and answer in ("yes", "no"):
            id = name.removeprefix("answer-")
            given[id] = Answer(str(answer), typed.plain(request.POST.get(f"reason-{id}", ""), REASON))
    return given


def _person(request: HttpRequest) -> User:
    return cast(User, request.user)


def _page(
    request: HttpRequest, submission: Submission, findings: tuple[Finding, ...], status: int = 200
) -> HttpResponse:
    rfa = submission.core()
    regime = rules.in_force(submission.submitted_at)
    given = _answers(request)
    asked = questions(regime, rfa, assemblies.standing(rfa))
    answered = queries.answered(submission.id)
    told = {f"review-{each.question.id}" for each in asked}
    context = {
        "submission": submission,
        "findings": [finding for finding in findings if finding.rule not in told],
        "reason": request.POST.get("reason", ""),
        "outline": outline(rfa.area) if rfa.area else None,
        "offences": rules.offence_titles(),
        "asked": [
            {
                "question": each.question,
                "hints": each.hints,
                "given": given.get(each.question.id),
                "answered": answered.get(each.question.id),
                "findings": [f for f in findings if f.rule == f"review-{each.question.id}"],
            }
            for each in asked
        ],
        "regime": regime,
        "is_old": regime.sha256 != rules.in_force().sha256,
        "same_incident": queries.pending_or_published(submission.agency_id, submission.reference),
        "earlier": queries.published(submission.agency_id, submission.reference),
    }
    return render(request, "rfas/review.html", context, status=status)
