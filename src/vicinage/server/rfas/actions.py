"""Writes of rfas: save a draft, submit, approve (which publishes), reject, resolve.

Each action reads its people, rows and rules again inside its own transaction and locks the agency,
so that two at once are decided one after the other. There is no action that edits or deletes what
was submitted or published, and the database refuses it.
"""

import secrets
from datetime import datetime

from django.db import transaction

from vicinage.core import rfa as law
from vicinage.core.event import Finding
from vicinage.core.rfa import incident
from vicinage.server.accounts.models import User
from vicinage.server.agencies import queries as agencies
from vicinage.server.agencies.actions import new_id
from vicinage.server.agencies.models import Agency, Officer
from vicinage.server.errors import ServerError
from vicinage.server.feed import actions as feed
from vicinage.server.feed import queries as published
from vicinage.server.feed.models import PublishedRfa
from vicinage.server.ledger.actions import record
from vicinage.server.rfas import forms, queries
from vicinage.server.rfas.models import APPROVED, REJECTED, Draft, Review, Submission
from vicinage.wire.judge import RfaDraft

DRAFTS = 100
REASON = 2000
Findings = tuple[Finding, ...]


class RfaConflictError(ServerError):
    """The rfa, or the person's authority, is no longer in the state that the action needs."""

    def __init__(self, code: str, sentence: str, hint: str = "") -> None:
        super().__init__(code, sentence, hint, status=409)


def save_draft(user: User, draft: RfaDraft, at: datetime, draft_id: str | None = None) -> Draft:
    """Keep what was typed, new or over the earlier state of the same draft. Raises RfaConflictError."""
    with transaction.atomic():
        officer = _asker(user)
        if draft_id is None:
            if Draft.objects.filter(agency_id=officer.agency_id).count() >= DRAFTS:
                raise RfaConflictError(
                    "drafts-full",
                    f"The agency already has {DRAFTS} drafts.",
                    "Submit or discard one first.",
                )
            return Draft.objects.create(
                id=new_id(),
                agency_id=officer.agency_id,
                author=user,
                fields=forms.as_typed(draft),
                saved_at=at,
            )
        row = _draft(officer, draft_id)
        row.fields = forms.as_typed(draft)
        row.saved_at = at
        row.save(update_fields=["fields", "saved_at"])
        return row


def discard_draft(user: User, draft_id: str) -> None:
    """Delete a draft. Raises RfaConflictError when it is gone or was submitted."""
    with transaction.atomic():
        _draft(_asker(user), draft_id).delete()


def submit(
    user: User, draft: RfaDraft, at: datetime, draft_id: str | None = None
) -> tuple[Submission | None, Findings]:
    """Submit for review. With findings nothing is written at all. Raises RfaConflictError."""
    at = at.replace(microsecond=0)
    with transaction.atomic():
        officer = _asker(user)
        row = _draft(officer, draft_id) if draft_id else None
        agency = Agency.objects.select_for_update().get(id=officer.agency_id)
        reading = forms.read(draft, row.id if row else new_id(), agency.id)
        regime = agencies.regime_in_force()
        earlier = queries.pending_or_published(agency.id, reading.rfa.reference)
        decision = law.submit(regime, reading.rfa, agency.core(), earlier, at)
        findings = forms.together(reading.unread, decision.findings)
        if findings or decision.verdict != "submitted":
            return None, findings
        if row:
            row.delete()
        return _store(reading.rfa, user, at), ()


def approve(submission_id: str, moderator: User, at: datetime) -> tuple[PublishedRfa | None, Findings]:
    """Publish a submission: review, public row and log entry in one transaction.

    The judge is asked again as of the submission. Raises RfaConflictError when it is already decided.
    """
    at = at.replace(microsecond=0)
    with transaction.atomic():
        row = _undecided(submission_id, moderator)
        agency = row.agency
        regime = agencies.regime_in_force()
        rfa = row.core()
        earlier = queries.published(agency.id, row.reference)
        answers = {q.id: law.Answer(q.passes) for q in regime.review}  # until the page asks them
        salt = secrets.token_hex(16)
        decision = law.publish(regime, rfa, agency.core(), earlier, (), answers, row.submitted_at, at, salt)
        if decision.event is None:
            return None, decision.findings
        Review.objects.create(submission=row, verdict=APPROVED, reason="", moderator=moderator, at=at)
        posted = feed.post(
            rfa,
            record(decision.event),
            number=len(earlier) + 1,
            regime=regime.name,
            submitted_at=row.submitted_at,
            published_at=at,
        )
    return posted, ()


def reject(submission_id: str, moderator: User, reason: str, at: datetime) -> Findings:
    """Refuse a submission with a reason that the agency reads. Raises RfaConflictError."""
    with transaction.atomic():
        row = _undecided(submission_id, moderator)
        reason = reason.strip()[:REASON]
        decision = law.reject(row.core(), reason)
        if decision.findings:
            return decision.findings
        Review.objects.create(submission=row, verdict=REJECTED, reason=reason, moderator=moderator, at=at)
    return ()


def resolve(rfa_id: str, user: User, at: datetime) -> None:
    """Mark the agency's own published rfa resolved, for good. Raises RfaConflictError."""
    at = at.replace(microsecond=0)
    with transaction.atomic():
        officer = _asker(user)
        Agency.objects.select_for_update().get(id=officer.agency_id)
        rfa = published.of_agency(officer.agency_id).filter(id=rfa_id).first()
        if rfa is None or rfa.resolved_at is not None:
            raise RfaConflictError(
                "rfa-not-open", "This request is not open.", "Only an open request can be marked resolved."
            )
        decision = law.resolve(rfa.id, at)
        assert decision.event is not None  # noqa: S101 (resolving has no rule to fail)
        feed.resolve(rfa, record(decision.event), at)


def _store(rfa: law.Rfa, user: User, at: datetime) -> Submission:
    """Write the submitted row; the judge saw area and window."""
    assert rfa.area is not None  # noqa: S101 (submitted without findings)
    assert rfa.window is not None  # noqa: S101 (submitted without findings)
    row = Submission(
        id=rfa.id,
        agency_id=rfa.agency,
        incident=incident(rfa.reference),
        reference=rfa.reference,
        offence=rfa.offence,
        title=rfa.title,
        text=rfa.text,
        contact=rfa.contact,
        area=rfa.area.geojson(),
        window_from=rfa.window.start,
        window_to=rfa.window.end,
        submitted_at=at,
        submitted_by=user,
    )
    row.save(force_insert=True)
    return row


def _asker(user: User) -> Officer:
    """The officer with authority to ask, read and locked now: it may have ended a moment ago."""
    officer = agencies.officer_of(user, lock=True)
    if officer is None or not officer.may_ask:
        raise RfaConflictError(
            "officer-may-not-ask",
            "You no longer have authority to post requests for an agency.",
            "Ask the operator.",
        )
    return officer


def _draft(officer: Officer, draft_id: str) -> Draft:
    row = Draft.objects.select_for_update().filter(id=draft_id, agency_id=officer.agency_id).first()
    if row is None:
        raise RfaConflictError(
            "rfa-not-a-draft",
            "This request is not a draft any more. What was submitted cannot be changed.",
            "Write a new request instead.",
        )
    return row


def _undecided(submission_id: str, moderator: User) -> Submission:
    """The submission, locked, if this person may decide it and nobody has."""
    if not User.objects.filter(id=moderator.pk, is_moderator=True, is_active=True).exists():
        raise RfaConflictError("moderator-only", "Only a moderator may decide this.")
    row = Submission.objects.select_for_update().select_related("agency").get(id=submission_id)
    Agency.objects.select_for_update().get(id=row.agency_id)
    if Officer.objects.filter(user=moderator, agency_id=row.agency_id, removed_at=None).exists():
        raise RfaConflictError(
            "moderator-own-agency",
            "A moderator may not decide on a request of an agency they work for.",
            "Leave it to another moderator.",
        )
    if Review.objects.filter(submission=row).exists():
        raise RfaConflictError(
            "rfa-already-decided", "This request has already been decided.", "Nothing is left to do."
        )
    return row
