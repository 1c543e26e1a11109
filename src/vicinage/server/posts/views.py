"""Agencies' posts: the form, the moderator's review, the public page. Works without script."""

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from vicinage.core.event import Finding
from vicinage.core.post import hints
from vicinage.server import clock
from vicinage.server.accounts.models import User
from vicinage.server.agencies import doors
from vicinage.server.feed import queries as feed
from vicinage.server.feed.models import KINDS
from vicinage.server.feed.public_page import public_page
from vicinage.server.ledger import queries as ledger
from vicinage.server.posts import actions, forms, queries
from vicinage.server.posts.models import PostSubmission
from vicinage.server.regime import queries as rules


@require_GET
@doors.officers
def listing(request: doors.OfficerRequest) -> HttpResponse:
    """All posts of the officer's agency, and what became of them."""
    published = {post.id: post for post in feed.posts_of_agency(request.officer.agency_id)}
    rows = [(row, published.get(row.id)) for row in queries.of_officer(request.officer)]
    return render(request, "posts/listing.html", {"officer": request.officer, "posts": rows})


@require_http_methods(["GET", "POST"])
@doors.askers
def new(request: doors.OfficerRequest) -> HttpResponse:
    """The form of a new post; POST submits it for review."""
    typed = forms.as_typed(request.POST)
    findings: tuple[Finding, ...] = ()
    if request.method == "POST":
        submitted, findings = actions.submit(request.officer.user, typed, clock.now())
        if submitted is not None:
            messages.success(request, _("The post is submitted. A moderator reviews it first."))
            return redirect("agency-posts")
    allowed = rules.in_force().conduct.posts
    context = {
        "officer": request.officer,
        "typed": typed,
        "findings": findings,
        "kinds": [(code, title) for code, title in KINDS if code in allowed],
    }
    return render(request, "posts/form.html", context, status=422 if findings else 200)


@require_GET
@doors.moderators
def queue(request: HttpRequest) -> HttpResponse:
    """Posts that wait, oldest first, and those lately decided."""
    moderator = _person(request)
    context = {"awaiting": queries.awaiting(moderator), "decided": queries.decided(moderator)}
    return render(request, "posts/queue.html", context)


@require_http_methods(["GET", "POST"])
@doors.moderators
def review(request: HttpRequest, post_id: str) -> HttpResponse:
    """A post as it would be published; POST approves, or rejects with a reason."""
    moderator = _person(request)
    row = queries.for_moderator(moderator).filter(id=post_id).first()
    if row is None:
        raise Http404
    if request.method == "GET":
        return _review_page(request, row, ())
    if "approve" in request.POST:
        posted, findings = actions.approve(post_id, moderator, clock.now())
        if posted is None:
            return _review_page(request, row, findings, status=422)
        messages.success(request, _("Approved. The post is recorded in the log and published."))
    else:
        findings = actions.reject(post_id, moderator, request.POST.get("reason", ""), clock.now())
        if findings:
            return _review_page(request, row, findings, status=422)
        messages.success(request, _("Rejected. The agency reads your reason."))
    return redirect("moderation-posts")


@require_safe
@public_page
def one(request: HttpRequest, post_id: str) -> HttpResponse:
    """The permanent page of a published post."""
    row = feed.post(post_id)
    if row is None:
        raise Http404
    context = {"post": row, "index": row.entry.place.index, "log_size": ledger.size()}
    return render(request, "posts/post.html", context)


def _person(request: HttpRequest) -> User:
    return cast(User, request.user)


def _review_page(
    request: HttpRequest, row: PostSubmission, findings: tuple[Finding, ...], status: int = 200
) -> HttpResponse:
    context = {
        "post": row,
        "findings": findings,
        "hints": hints(row.core()),
        "reason": request.POST.get("reason", ""),
    }
    return render(request, "posts/review.html", context, status=status)
