"""Writes of agencies' posts: submit, approve (which publishes), reject. Nothing is edited or deleted."""

import secrets
from datetime import datetime

from django.db import transaction

from vicinage.core import post as law
from vicinage.core.event import Finding
from vicinage.server import typed
from vicinage.server.accounts.models import User
from vicinage.server.agencies import queries as agencies
from vicinage.server.agencies.actions import act, must_be_here, new_id
from vicinage.server.agencies.applying import doubles
from vicinage.server.agencies.models import Agency
from vicinage.server.errors import ServerError
from vicinage.server.feed import actions as feed
from vicinage.server.feed.models import PublishedPost
from vicinage.server.ledger.actions import record
from vicinage.server.posts import forms
from vicinage.server.posts.models import APPROVED, REJECTED, PostReview, PostSubmission
from vicinage.server.regime import queries as rules

WAITING = 20
REASON = 2000
Findings = tuple[Finding, ...]


class PostConflictError(ServerError):
    """The post, or the person's authority, is no longer in the state that the action needs."""

    def __init__(self, code: str, sentence: str, hint: str = "") -> None:
        super().__init__(code, sentence, hint, status=409)


def submit(user: User, fields: dict[str, str], at: datetime) -> tuple[PostSubmission | None, Findings]:
    """Submit a post for review. With findings nothing is written. Raises PostConflictError."""
    at = at.replace(microsecond=0)
    with transaction.atomic():
        officer = agencies.officer_of(user, lock=True)
        if officer is None or not officer.may_ask:
            raise PostConflictError(
                "officer-may-not-post",
                "You no longer have authority to post for an agency.",
                "Ask your agency's admin.",
            )
        agency = Agency.objects.select_for_update().get(id=officer.agency_id)
        if PostSubmission.objects.filter(agency=agency, review=None).count() >= WAITING:
            raise PostConflictError(
                "posts-waiting",
                f"{WAITING} posts of the agency already wait for review.",
                "Wait until some are decided.",
            )
        reading = forms.read(fields, new_id(), agency.id)
        judged = law.judge_post(rules.in_force(at), reading.post, agency.core(), at)
        findings = typed.together(reading.unread, judged)
        if findings:
            return None, findings
        post = reading.post
        row = PostSubmission(
            id=post.id,
            agency=agency,
            kind=post.kind,
            title=post.title,
            text=post.text,
            place_words=post.place_words,
            starts_at=post.starts_at,
            ends_at=post.ends_at,
            submitted_at=at,
            submitted_by=user,
        )
        row.save(force_insert=True)
        act(officer, "post.submitted", row.id, at)
        return row, ()


def approve(post_id: str, moderator: User, at: datetime) -> tuple[PublishedPost | None, Findings]:
    """Publish a post: review, public row and log entry in one transaction.

    Raises PostConflictError; AgencyConflictError when the agency has left.
    """
    at = at.replace(microsecond=0)
    with transaction.atomic():
        row = _undecided(post_id, moderator)
        must_be_here(row.agency)
        decision = law.publish(
            rules.in_force(at), row.core(), row.agency.core(), at, salt=secrets.token_hex(16)
        )
        if decision.event is None:
            return None, decision.findings
        PostReview.objects.create(submission=row, verdict=APPROVED, reason="", moderator=moderator, at=at)
        return feed.publish_post(row.core(), record(decision.event), at), ()


def reject(post_id: str, moderator: User, reason: str, at: datetime) -> Findings:
    """Turn a post down with a reason that the agency reads. Raises PostConflictError."""
    with transaction.atomic():
        row = _undecided(post_id, moderator)
        reason = reason.strip()[:REASON]
        findings = law.reject(reason).findings
        if not findings:
            PostReview.objects.create(
                submission=row, verdict=REJECTED, reason=reason, moderator=moderator, at=at
            )
        return findings


def forget_words(post_id: str) -> None:
    """Empty the private copy of what was redacted, in that transaction; else the database refuses."""
    PostSubmission.objects.filter(id=post_id).update(title="", text="", place_words="")


def _undecided(post_id: str, moderator: User) -> PostSubmission:
    """The post, locked, if this person may decide it and nobody has."""
    if not User.objects.filter(id=moderator.pk, is_moderator=True, is_active=True).exists():
        raise PostConflictError("moderator-only", "Only a moderator may decide this.")
    row = PostSubmission.objects.select_for_update().select_related("agency").get(id=post_id)
    if agencies.belongs_to(moderator, row.agency) or doubles.are_one(moderator, row.submitted_by):
        raise PostConflictError(
            "moderator-own-agency",
            "A moderator may not decide on a post of an agency they work or worked for.",
            "Leave it to another moderator.",
        )
    if PostReview.objects.filter(submission=row).exists():
        raise PostConflictError(
            "post-already-decided", "This post has already been decided.", "Nothing is left to do."
        )
    return row
