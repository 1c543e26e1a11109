"""Reads of drafts, submissions and reviews. Two gates: what an officer's agency has, what moderators see."""

from django.db.models import Exists, OuterRef, QuerySet

from vicinage.core.rfa import Answer, Earlier, incident
from vicinage.server.accounts.models import User
from vicinage.server.agencies.models import Officer
from vicinage.server.feed import queries as feed
from vicinage.server.feed.models import PublishedRfa
from vicinage.server.rfas.models import APPROVED, REJECTED, Draft, MediatedRfa, Submission


def drafts(officer: Officer) -> QuerySet[Draft]:
    """The drafts of the officer's agency, newest first; none without the authority to ask."""
    if not officer.may_ask:
        return Draft.objects.none()
    return Draft.objects.filter(agency_id=officer.agency_id).order_by("-saved_at")


def submissions(officer: Officer) -> QuerySet[Submission]:
    """All submissions of the officer's agency with their reviews, newest first."""
    return (
        Submission.objects.filter(agency_id=officer.agency_id)
        .select_related("agency", "review", "opening", "mediated")
        .order_by("-submitted_at", "-id")
    )


def awaiting(moderator: User) -> QuerySet[Submission]:
    """Submissions without a review, oldest first; none for a person who is no moderator."""
    return for_moderator(moderator).filter(review=None).order_by("submitted_at", "id")


def decided(moderator: User, limit: int = 30) -> QuerySet[Submission]:
    """The latest reviewed submissions."""
    return for_moderator(moderator).filter(review__isnull=False).order_by("-review__at")[:limit]


def for_moderator(moderator: User) -> QuerySet[Submission]:
    """All submissions for a moderator; none for anyone else."""
    if not moderator.is_moderator:
        return Submission.objects.none()
    return Submission.objects.select_related("agency", "review", "opening", "mediated")


def pending_or_published(agency_id: str, reference: str) -> tuple[Earlier, ...]:
    """What counts against a new submission on the incident, oldest first. A rejected one does not."""
    return _earlier(_on_incident(agency_id, reference).exclude(review__verdict=REJECTED))


def published(agency_id: str, reference: str) -> tuple[Earlier, ...]:
    """What was already published or passed on for the incident, in the order of the log."""
    rows = _on_incident(agency_id, reference).filter(review__verdict=APPROVED).order_by("review__id")
    return tuple(Earlier(row.id, row.reference, row.submitted_at) for row in rows)


def undisclosed() -> QuerySet[MediatedRfa]:
    """What was passed on and is not public yet, oldest first."""
    rows = MediatedRfa.objects.filter(~Exists(PublishedRfa.objects.filter(pk=OuterRef("pk"))))
    return rows.select_related("submission__agency", "entry").order_by("closes_at", "pk")


def passed_on(officer: Officer) -> QuerySet[MediatedRfa]:
    """What was passed on for the agency and is not public yet. Whom it reached is not known here."""
    return undisclosed().filter(submission__agency_id=officer.agency_id)


def _on_incident(agency_id: str, reference: str) -> QuerySet[Submission]:
    return Submission.objects.filter(agency_id=agency_id, incident=incident(reference))


def _earlier(rows: QuerySet[Submission]) -> tuple[Earlier, ...]:
    return tuple(
        Earlier(row.id, row.reference, row.submitted_at) for row in rows.order_by("submitted_at", "id")
    )


def answered(rfa_id: str) -> dict[str, Answer]:
    """The moderator's answers to an approved rfa, by question. Reasons that were redacted are empty."""
    row = feed.one(rfa_id)
    if row is not None:
        answers, reasons = row.answers, row.reasons
    else:
        kept = MediatedRfa.objects.filter(pk=rfa_id).first()
        answers = kept.fields["review"] if kept else {}
        reasons = kept.words.get("review", {}) if kept else {}
    return {id: Answer(answer, reasons.get(id, "")) for id, answer in answers.items()}
