"""Moderation: the queue, and a person's decision on each request before it is public."""

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from vicinage.core.event import Finding
from vicinage.server import clock
from vicinage.server.accounts.models import User
from vicinage.server.agencies import doors
from vicinage.server.agencies import queries as agencies
from vicinage.server.feed.outline import outline
from vicinage.server.rfas import actions, queries
from vicinage.server.rfas.models import Submission


@require_GET
@doors.moderators
def queue(request: HttpRequest) -> HttpResponse:
    """What waits, oldest first, and what was lately decided."""
    moderator = _person(request)
    context = {
        "awaiting": queries.awaiting(moderator),
        "decided": queries.decided(moderator),
        "offences": agencies.offence_titles(),
    }
    return render(request, "rfas/queue.html", context)


@require_http_methods(["GET", "POST"])
@doors.moderators
def one(request: HttpRequest, rfa_id: str) -> HttpResponse:
    """A submission as it would be published; POST approves, or rejects with a reason."""
    moderator = _person(request)
    submission = queries.for_moderator(moderator).filter(id=rfa_id).first()
    if submission is None:
        raise Http404
    if request.method == "GET":
        return _page(request, submission, ())
    if "approve" in request.POST:
        posted, findings = actions.approve(rfa_id, moderator, clock.now())
        if posted is None:
            return _page(request, submission, findings, status=422)
        messages.success(request, _("Approved. The request is recorded in the log and published."))
    else:
        findings = actions.reject(rfa_id, moderator, request.POST.get("reason", ""), clock.now())
        if findings:
            return _page(request, submission, findings, status=422)
        messages.success(request, _("Rejected. The agency reads your reason."))
    return redirect("moderation")


def _person(request: HttpRequest) -> User:
    return cast(User, request.user)


def _page(
    request: HttpRequest, submission: Submission, findings: tuple[Finding, ...], status: int = 200
) -> HttpResponse:
    rfa = submission.core()
    context = {
        "submission": submission,
        "findings": findings,
        "reason": request.POST.get("reason", ""),
        "outline": outline(rfa.area) if rfa.area else None,
        "offences": agencies.offence_titles(),
        "questions": agencies.regime_in_force().review,
        "same_incident": queries.pending_or_published(submission.agency_id, submission.reference),
    }
    return render(request, "rfas/review.html", context, status=status)
