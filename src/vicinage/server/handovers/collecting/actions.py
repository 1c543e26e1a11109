"""Writes of collecting: note a download and its reason, attest a deletion, keep the retention clock."""

import secrets
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Q

from vicinage.core import act, commitment
from vicinage.server import clock
from vicinage.server.agencies import actions as desks
from vicinage.server.agencies import queries as agencies
from vicinage.server.agencies.models import Agency, Officer
from vicinage.server.handovers import queries
from vicinage.server.handovers.actions import HandoverError, forget_payloads
from vicinage.server.handovers.collecting import mail
from vicinage.server.handovers.models import (
    Collection,
    Deletion,
    Handover,
    HandoverClip,
    RetentionReminder,
)
from vicinage.server.ledger.actions import record

REMIND_BEFORE = timedelta(days=7)
AT_ONCE = 100  # rows that one turn of a job takes


def collect(handover: Handover, officer: Officer, what: str, reason: str, at: datetime) -> None:
    """Note that the agency takes something away, and why; the owner will see what and when.

    Decided inside the transaction: raises HandoverError when it was withdrawn or its time lapsed a moment
    ago, or the officer's authority has ended; AgencyConflictError when the agency was suspended.
    """
    with transaction.atomic():
        present = agencies.officer_of(officer.user, lock=True)
        if present is None or not queries.served(present, at).filter(id=handover.id).exists():
            raise _gone()
        desks.must_open(Agency.objects.select_for_update().get(id=present.agency_id))
        Collection.objects.create(
            handover=handover, officer_id=officer.user_id, what=what, reason=reason, at=at
        )
        desks.act(present, "handover.collected", f"{handover.id} {what}: {reason}", at)


def attest_deletion(handover: Handover, officer: Officer, at: datetime) -> None:
    """Record an officer's word that the agency has deleted what it was given; our own copy goes too.

    Raises HandoverError when it is attested already or withdrawn, or the authority has ended.
    """
    at = at.replace(microsecond=0)
    with transaction.atomic():
        present = agencies.officer_of(officer.user, lock=True)
        row = None
        if present is not None:
            row = Handover.objects.select_for_update().filter(
                id__in=queries.of_agency(present).filter(id=handover.id, deletion=None).values("id")
            )
        if present is None or row is None or not row.exists():
            raise _gone()
        who = present.user.email
        fields = act.deletion_fields(handover.id, who, at)
        salts = {name: secrets.token_hex(16) for name in fields}
        decision = act.deletion(handover.id, who, at, salts)
        assert decision.event is not None  # noqa: S101 (an attestation has no rule to fail)
        Deletion.objects.create(
            handover=handover,
            officer_id=present.user_id,
            entry=record(decision.event),
            commitment=commitment.commit(fields, salts),
            opening=commitment.opening(fields, salts),
            at=at,
        )
        desks.act(present, "handover.deleted", handover.id, at)
        _drop(handover.id, at)


def keep_the_clock(at: datetime | None = None) -> None:
    """A job: remind agencies of what they soon must delete, and drop our copy of what has lapsed."""
    now = at or clock.now()
    for handover in _to_drop(now):
        with transaction.atomic():
            _drop(handover, now)
    for about, before in (("soon", REMIND_BEFORE), ("due", timedelta())):
        _remind(about, now + before, now)


def _remind(about: str, lapsing_by: datetime, at: datetime) -> None:
    """Tell collectors of what they have fetched and not deleted, once. about: "soon" or "due"."""
    rows = (
        Handover.objects.filter(delete_by__lte=lapsing_by, deletion=None, withdrawal=None)
        .filter(collections__isnull=False)
        .exclude(reminders__about=about)
        .select_related("rfa", "agency")
        .distinct()
        .order_by("delete_by")[:AT_ONCE]
    )
    for row in rows:
        with transaction.atomic():
            reminders = RetentionReminder.objects
            _, is_new = reminders.get_or_create(handover=row, about=about, defaults={"at": at})
            if is_new and (about == "due" or row.delete_by > at):
                transaction.on_commit(partial(mail.remind, row, is_due=about == "due"), robust=True)


def _to_drop(at: datetime) -> list[str]:
    rows = Handover.objects.filter(Q(delete_by__lte=at) | Q(deletion__isnull=False), dropped_at=None)
    return list(rows.order_by("delete_by").values_list("id", flat=True)[:AT_ONCE])


def _drop(handover_id: str, at: datetime) -> None:
    """Forget the sealed payloads and headers; who handed what to whom stays, for both sides."""
    HandoverClip.objects.filter(handover_id=handover_id).update(header=b"")
    Handover.objects.filter(id=handover_id).update(dropped_at=at)
    transaction.on_commit(lambda: forget_payloads(handover_id), robust=True)


def _gone() -> HandoverError:
    return HandoverError("handover-gone", "This hand-over is not there any more.", status=404)
