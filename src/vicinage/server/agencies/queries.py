"""Reads of agencies, officers and keys. `verified` is the gate for everything public."""

import hashlib
from datetime import datetime, timedelta
from functools import lru_cache

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from vicinage.core import regime as law
from vicinage.core.regime import Regime
from vicinage.server import clock
from vicinage.server.accounts.models import User
from vicinage.server.agencies.models import Agency, AgencyKey, Invitation, Officer
from vicinage.server.errors import ServerError
from vicinage.server.ledger import queries as ledger
from vicinage.server.ledger.models import Entry

INVITATION_LASTS = timedelta(days=90)


def regime_in_force() -> Regime:
    """The regime last adopted in the log. Raises ServerError when there is none yet."""
    entry = Entry.objects.filter(kind="regime.adopted").order_by("-id").only("id", "text").first()
    if entry is None or entry.text is None:
        raise ServerError(
            "regime-none",
            "No request regime is in force.",
            "Start the server with `vicinage run`.",
            status=503,
        )
    return _regime(bytes(entry.text))


@lru_cache(maxsize=8)
def _regime(toml: bytes) -> Regime:
    return law.parse(toml)


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

    With lock, inside a transaction, the row cannot be removed before the transaction ends.
    """
    if not user.is_authenticated:
        return None
    rows = Officer.objects.filter(user=user, removed_at=None, agency__verified_at__isnull=False)
    if lock:
        rows = rows.select_for_update(of=("self",))
    return rows.select_related("agency").first()


def officers(agency: Agency) -> QuerySet[Officer]:
    """The officers in office, for the operator's page. Never public."""
    return Officer.objects.filter(agency=agency, removed_at=None).select_related("user").order_by("added_at")


def open_invitations(agency: Agency, at: datetime) -> QuerySet[Invitation]:
    """Invitations neither accepted nor lapsed."""
    return Invitation.objects.filter(
        agency=agency, accepted_at=None, invited_at__gt=at - INVITATION_LASTS
    ).order_by("invited_at")


def token_digest(token: str) -> str:
    """What is kept of an invitation's token."""
    return hashlib.sha256(token.encode()).hexdigest()


def invitation(token: str, at: datetime) -> Invitation | None:
    """The open invitation of a token, or None."""
    return (
        Invitation.objects.filter(
            token_sha256=token_digest(token), accepted_at=None, invited_at__gt=at - INVITATION_LASTS
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


def offence_titles() -> dict[str, str]:
    """Offence codes and titles of the regime in force; empty before there is one."""
    try:
        return dict(regime_in_force().offences)
    except ServerError:
        return {}


def adopted_at() -> datetime | None:
    """When the regime in force was adopted."""
    rows = Entry.objects.filter(kind="regime.adopted").order_by("-id")
    return rows.values_list("recorded_at", flat=True).first()
