"""Reads of hand-overs. Two gates: an owner's own, and what an agency still has the owner's leave for.

There is no query that counts residents, readers, or answers, and none from a request to its answers.
"""

from datetime import datetime
from pathlib import Path

from django.db.models import QuerySet

from vicinage.server import home
from vicinage.server.accounts.models import User
from vicinage.server.agencies.models import Officer
from vicinage.server.handovers.models import Handover


def of_owner(user: User) -> QuerySet[Handover]:
    """What this person handed over, withdrawn or not, newest first."""
    return _whole().filter(owner_id=user.pk)


def of_agency(officer: Officer) -> QuerySet[Handover]:
    """What was handed to the officer's agency and not withdrawn, newest first.

    Empty without the authority to collect.
    """
    if not officer.may_collect:
        return Handover.objects.none()
    return _whole().filter(agency_id=officer.agency_id, withdrawal=None)


def served(officer: Officer, at: datetime) -> QuerySet[Handover]:
    """Of these, what is given out: the promised retention runs, and no deletion is attested."""
    return of_agency(officer).filter(delete_by__gt=at, deletion=None)


def payload(handover_id: str, clip: str) -> Path:
    """Where the sealed payload lies that was handed over: a second name of the household's file."""
    return home.folder("handovers") / handover_id / clip


def _whole() -> QuerySet[Handover]:
    return (
        Handover.objects.select_related(
            "agency", "rfa", "entry", "agency_key_entry__place", "withdrawal", "deletion"
        )
        .prefetch_related("clips", "collections")
        .order_by("-at", "id")
    )
