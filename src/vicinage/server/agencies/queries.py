"""Reads of agencies, officers and keys. `verified` is the gate for everything public."""

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Max, Q, QuerySet

from vicinage.server import clock
from vicinage.server.accounts.models import User
from vicinage.server.agencies.models import (
    Agency,
    AgencyKey,
    Invitation,
    ListReview,
    Officer,
    OfficerAct,
)
from vicinage.server.ledger import queries as ledger

INVITATION_LASTS = timedelta(days=90)
IDLE = timedelta(days=180)
REVIEW_EVERY = timedelta(days=90)


def verified() -> QuerySet[Agency]:
    """The agencies that the public may see: those that the published log names."""
    return (
        Agency.objects.filter(verified_entry__place__index__lt=ledger.size())
        .select_related("verified_entry__place")
        .order_by("name", "id")
    )


def for_operator(user: User | AnonymousUser) -> QuerySet[Agency]:
    """All agencies for an operator; none for anyone else."""
    if not getattr(user, "is_operator", False):
        return Agency.objects.none()
    return Agency.objects.order_by("name", "id")


def officer_of(user: User | AnonymousUser, *, lock: bool = False) -> Officer | None:
    """The user's standing as an officer of a verified agency, or None.

    Who was idle for too long has none, also before the job has closed the account; nor has who moved the
    account to an address outside of the agency's domain. With lock, inside a transaction, the row cannot
    be removed before the transaction ends.
    """
    if not user.is_authenticated:
        return None
    rows = Officer.objects.filter(
        user=user,
        removed_at=None,
        active_at__gt=clock.now() - IDLE,
        agency__verified_at__isnull=False,
        agency__left_at=None,
    )
    if lock:
        rows = rows.select_for_update(of=("self",))
    found = rows.select_related("agency", "user").first()
    return found if found is not None and is_on_domain(found.agency, found.user.email) else None


def is_on_domain(agency: Agency, email: str) -> bool:
    """Is this an address on the agency's official domain?"""
    name, _at, domain = email.rpartition("@")
    return bool(name) and "@" not in name and domain.lower() == agency.domain.lower()


def belongs_to(user: User, agency: Agency) -> bool:
    """Does this person act for the agency, or did they ever, or have they an address on its domain?"""
    ever = Officer.objects.filter(user=user, agency=agency).exists()
    return ever or is_on_domain(agency, user.email)


def officers(agency: Agency) -> QuerySet[Officer]:
    """The officers in office, for the operator's page. Never public."""
    return Officer.objects.filter(agency=agency, removed_at=None).select_related("user").order_by("added_at")


def admins(agency: Agency) -> QuerySet[Officer]:
    """The officers who are the agency's admins."""
    return officers(agency).filter(is_admin=True)


def acts(agency: Agency) -> QuerySet[OfficerAct]:
    """What the agency's officers did, newest first: for the agency itself and its auditors, never public."""
    rows = OfficerAct.objects.filter(agency=agency).select_related("officer__user", "entry__place")
    return rows.order_by("-at", "-id")


def told_acts(agency: Agency) -> dict[str, Any]:
    """The acts as an auditor is given them, oldest first: openings, and places in the published log."""
    size = ledger.size()
    told = []
    for row in acts(agency).order_by("id").iterator(chunk_size=2000):
        place = getattr(row.entry, "place", None)
        index = place.index if place is not None and place.index < size else None
        told.append({"index": index, "opening": json.loads(bytes(row.opening))})
    return {"v": 1, "agency": agency.pk, "log": settings.VICINAGE_LOG_ORIGIN, "acts": told}


def reviews(agency: Agency) -> QuerySet[ListReview]:
    """When admins looked through the list of officers, newest first."""
    return ListReview.objects.filter(agency=agency).select_related("officer__user").order_by("-reviewed_at")


def reviews_due(at: datetime) -> QuerySet[Agency]:
    """Agencies whose list of officers it is time to look through again."""
    rows = Agency.objects.filter(left_at=None).annotate(seen_at=Max("list_reviews__reviewed_at"))
    late = at - REVIEW_EVERY
    return rows.filter(Q(seen_at__lte=late) | Q(seen_at=None, verified_at__lte=late))


def open_invitations(agency: Agency, at: datetime) -> QuerySet[Invitation]:
    """Invitations neither accepted nor lapsed nor cancelled."""
    return Invitation.objects.filter(
        agency=agency, accepted_at=None, cancelled_at=None, invited_at__gt=at - INVITATION_LASTS
    ).order_by("invited_at")


def token_digest(token: str) -> str:
    """What is kept of an invitation's token."""
    return hashlib.sha256(token.encode()).hexdigest()


def invitation(token: str, at: datetime) -> Invitation | None:
    """The open invitation of a token, or None."""
    return (
        Invitation.objects.filter(
            token_sha256=token_digest(token),
            accepted_at=None,
            cancelled_at=None,
            invited_at__gt=at - INVITATION_LASTS,
        )
        .select_related("agency")
        .first()
    )


def current_key(agency_id: str, at: datetime | None = None) -> AgencyKey | None:
    """The key in force: of those in the published log, come into force and not revoked, the newest.

    A revocation counts from the moment it is recorded, before the log has published it.
    """
    return (
        AgencyKey.objects.filter(
            agency_id=agency_id,
            entry__place__index__lt=ledger.size(),
            from_at__lte=at or clock.now(),
            revocation=None,
        )
        .select_related("entry__place")
        .order_by("-from_at", "-entry__place__index")
        .first()
    )


def keys(agency: Agency) -> QuerySet[AgencyKey]:
    """Every key the agency ever published, revoked or not, newest first."""
    return (
        AgencyKey.objects.filter(agency=agency)
        .select_related("entry__place", "revocation__entry__place")
        .order_by("-id")
    )
