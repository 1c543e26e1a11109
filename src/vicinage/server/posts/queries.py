"""Reads of agencies' posts before they are public. Two gates: an officer's agency, and moderators."""

from django.db.models import QuerySet

from vicinage.server.accounts.models import User
from vicinage.server.agencies.models import Officer
from vicinage.server.posts.models import PostSubmission


def of_officer(officer: Officer) -> QuerySet[PostSubmission]:
    """All posts of the officer's agency with their reviews, newest first."""
    rows = PostSubmission.objects.filter(agency_id=officer.agency_id)
    return rows.select_related("agency", "review").order_by("-submitted_at", "-id")


def for_moderator(moderator: User) -> QuerySet[PostSubmission]:
    """All posts for a moderator; none for anyone else."""
    if not moderator.is_moderator:
        return PostSubmission.objects.none()
    return PostSubmission.objects.select_related("agency", "review")


def awaiting(moderator: User) -> QuerySet[PostSubmission]:
    """Posts without a review, oldest first."""
    return for_moderator(moderator).filter(review=None).order_by("submitted_at", "id")


def decided(moderator: User, limit: int = 30) -> QuerySet[PostSubmission]:
    """The latest reviewed posts."""
    return for_moderator(moderator).filter(review__isnull=False).order_by("-review__at")[:limit]
