"""Writes of rfas: save a draft, submit, open for review, approve, reject, resolve, disclose.

To approve is to publish, or under a regime of that route to pass on by mail and disclose at the close.

Each action reads its people, rows and rules again inside its own transaction and locks the agency,
so that two at once are decided one after the other. There is no action that edits or deletes what
was submitted or published, and the database refuses it.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime

from django.db import DatabaseError, transaction

from vicinage.core import leaf as leaves
from vicinage.core import rfa as law
from vicinage.core.event import Finding
from vicinage.core.rfa import Answer, incident
from vicinage.server import clock
from vicinage.server.accounts.models import User
from vicinage.server.agencies import queries as agencies
from vicinage.server.agencies.actions import act, must_be_here, new_id
from vicinage.server.agencies.applying import doubles
from vicinage.server.agencies.models import Agency, Officer
from vicinage.server.assemblies import queries as assemblies
from vicinage.server.errors import ServerError
from vicinage.server.feed import actions as feed
from vicinage.server.feed import queries as published
from vicinage.server.feed.models import PublishedRfa
from vicinage.server.ledger.actions import record
from vicinage.server.ledger.models import Entry
from vicinage.server.regime import queries as rules
from vicinage.server.rfas import forms, queries
from vicinage.server.rfas.models import APPROVED, REJECTED, Draft, MediatedRfa, Opening, Review, Submission
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
        regime = rules.in_force(at)
        earlier = queries.pending_or_published(agency.id, reading.rfa.reference)
        decision = law.submit(regime, reading.rfa, agency.core(), earlier, at)
        findings = forms.together(reading.unread, decision.findings)
        if findings or decision.verdict != "submitted":
            return None, findings
        if row:
            row.delete()
        act(officer, "rfa.submitted", reading.rfa.id, at)
        return _store(reading.rfa, user, at), ()


def approve(
    submission_id: str, moderator: User, answers: Mapping[str, Answer], at: datetime
) -> tuple[PublishedRfa | MediatedRfa | None, Findings]:
    """Publish a submission, or pass it on: review, row and log entry in one transaction.

    It is judged by the rules in force when it was submitted, whatever holds now. answers: the moderator's,
    by question. Raises RfaConflictError when it is already decided, or could take no answers any more;
    AgencyConflictError when the agency has left.
    """
    at = at.replace(microsecond=0)
    with transaction.atomic():
        row = _undecided(submission_id, moderator)
        must_be_here(row.agency)
        schedule = rules.schedule()
        regime = schedule.in_force(row.submitted_at)
        assert regime is not None  # noqa: S101 (it was submitted under one)
        earlier = queries.published(row.agency_id, row.reference)
        closes_at = schedule.open_until(row.submitted_at, at)
        given = (regime, row.core(), row.agency.core(), earlier, assemblies.standing(row.core()), answers)
        passed_on = regime.conduct.route == "mediated"
        if passed_on:
            if closes_at <= at:
                raise _too_late()
            mediation = law.mediate(*given, row.submitted_at, at, secrets.token_hex(16), closes_at)
            decision = mediation.decision
        else:
            decision = law.publish(*given, row.submitted_at, at, secrets.token_hex(16))
        if decision.event is None:
            return None, decision.findings
        if closes_at <= at:
            raise _too_late()
        Review.objects.create(submission=row, verdict=APPROVED, reason="", moderator=moderator, at=at)
        entry = record(decision.event)
        if passed_on:
            kept_back = MediatedRfa(
                submission=row,
                entry=entry,
                fields=dict(mediation.fields),
                text=mediation.text,
                at=at,
                closes_at=closes_at,
            )
            kept_back.save(force_insert=True)
            return kept_back, ()
        return _post(row, decision.event.leaf, entry, at, closes_at), ()


def begin_review(submission_id: str, moderator: User, at: datetime) -> None:
    """Note that a moderator reads a submission: it is in review. The first time counts; later ones do not."""
    try:
        with transaction.atomic():
            Opening.objects.create(submission_id=submission_id, moderator=moderator, at=at)
    except DatabaseError:
        if not Opening.objects.filter(submission_id=submission_id).exists():
            raise


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
    """Mark the agency's own open rfa resolved, for good. One that was passed on becomes public thereby.

    Raises RfaConflictError.
    """
    at = at.replace(microsecond=0)
    with transaction.atomic():
        officer = _asker(user)
        Agency.objects.select_for_update().get(id=officer.agency_id)
        rfa = published.of_agency(officer.agency_id).filter(id=rfa_id).first()
        passed_on = None if rfa else queries.passed_on(officer).filter(pk=rfa_id).first()
        state = rfa.state_at(at) if rfa else passed_on.state_at(at) if passed_on else ""
        if state != "open":
            raise RfaConflictError(
                "rfa-not-open", "This request is not open.", "Only an open request can be marked resolved."
            )
        if passed_on is not None:
            rfa = _disclose(passed_on, at)
        assert rfa is not None  # noqa: S101 (one of the two is there)
        decision = law.resolve(rfa.id, at)
        assert decision.event is not None  # noqa: S101 (resolving has no rule to fail)
        feed.resolve(rfa, record(decision.event), at)
        act(officer, "rfa.resolved", rfa.id, at)


def disclose_due(at: datetime | None = None) -> int:
    """Publish every mediated rfa that has closed. Returns how many.

    A job: safe to repeat, and to be called late, as after a restart or when the clock has jumped ahead. One
    that cannot be disclosed holds up no other: its error is raised once the others are done.
    """
    at = (at or clock.now()).replace(microsecond=0)
    done, failed = 0, None
    for row in queries.undisclosed():
        try:
            done += row.open_until <= at and _disclose_alone(row, at)
        except Exception as error:  # whatever it is, the others are due
            failed = failed or error
    if failed is not None:
        raise failed
    return done


def _disclose_alone(row: MediatedRfa, at: datetime) -> bool:
    """In a transaction of its own, unless another process has just done it."""
    with transaction.atomic():
        Agency.objects.select_for_update().get(id=row.submission.agency_id)
        is_due = queries.undisclosed().filter(pk=row.pk).exists()
        if is_due:
            _disclose(row, at)
    return is_due


def forget_words(rfa_id: str) -> None:
    """Empty the private copies of what was redacted, in that transaction; else the database refuses."""
    Submission.objects.filter(id=rfa_id).update(title="", text="", contact="")
    MediatedRfa.objects.filter(pk=rfa_id).update(text=b"")


def _disclose(row: MediatedRfa, at: datetime) -> PublishedRfa:
    """What was passed on becomes public, word for word."""
    decision = law.disclose(row.fields, bytes(row.text), at)
    assert decision.event is not None  # noqa: S101 (disclosing has no rule to fail)
    entry = record(decision.event)
    return _post(row.submission, decision.event.leaf, entry, row.at, row.closes_at, at, row.entry)


def _post(
    row: Submission,
    leaf: bytes,
    entry: Entry,
    approved_at: datetime,
    closes_at: datetime,
    published_at: datetime | None = None,
    mediated_entry: Entry | None = None,
) -> PublishedRfa:
    """The public row; number and first post as the log's leaf has them."""
    fields = leaves.parse(leaf)
    return feed.publish_rfa(
        row.core(),
        entry,
        number=fields["post"],
        first=fields["first"] or "",
        regime=fields["regime"],
        submitted_at=row.submitted_at,
        approved_at=approved_at,
        published_at=published_at or approved_at,
        closes_at=closes_at,
        mediated_entry=mediated_entry,
    )


def _too_late() -> RfaConflictError:
    return RfaConflictError(
        "rfa-too-late",
        "Requests have ended meanwhile: this one could take no answers any more.",
        "Reject it, and say so.",
    )


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
    if agencies.belongs_to(moderator, row.agency) or doubles.are_one(moderator, row.submitted_by):
        raise RfaConflictError(
            "moderator-own-agency",
            "A moderator may not decide on a request of an agency they work or worked for.",
            "Leave it to another moderator.",
        )
    if Review.objects.filter(submission=row).exists():
        raise RfaConflictError(
            "rfa-already-decided", "This request has already been decided.", "Nothing is left to do."
        )
    return row
