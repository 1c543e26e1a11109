"""Writes of mediation: where an rfa reaches, which mails are owed, which a round has in hand, and the end."""

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from vicinage.server.mediation import queries
from vicinage.server.mediation.models import Delivery, Reach
from vicinage.server.rfas.models import MediatedRfa

AT_ONCE = 500
# Longer than any round can last: whose hold is over was killed, and its mails are free again.
HOLD = timedelta(minutes=45)
FIRST_WAIT, LONGEST_WAIT, MOST_TRIES = timedelta(minutes=5), timedelta(hours=4), 16


def reach(row: MediatedRfa) -> None:
    """Note the cells that an rfa touches. To repeat it changes nothing."""
    cells = (Reach(rfa=row.pk, cell=cell) for cell in row.cells)
    Reach.objects.bulk_create(cells, ignore_conflicts=True)


def owe(row: MediatedRfa, at: datetime, limit: int = AT_ONCE) -> int:
    """Plan up to `limit` mails that are not planned yet; how many there were.

    Each is due at an instant of chance within VICINAGE_MAIL_SPREAD of the approval. So neither the
    order nor the times of two mails tell those who got them how many others there are.
    """
    people = queries.owed(row.pk, limit)
    chance = secrets.SystemRandom()
    due = [row.at + timedelta(seconds=chance.uniform(0, settings.VICINAGE_MAIL_SPREAD)) for _ in people]
    Delivery.objects.bulk_create(
        (Delivery(rfa=row.pk, user_id=pk, due_at=when) for pk, when in zip(people, due, strict=True)),
        ignore_conflicts=True,  # another round has just planned the same
    )
    return len(people)


def hold(at: datetime, limit: int, rfas: Collection[str]) -> list[Delivery]:
    """Take up to `limit` due mails of these rfas in hand; no other round gets them before HOLD is over."""
    with transaction.atomic():
        free = Q(held_until=None) | Q(held_until__lte=at)
        rows = Delivery.objects.select_for_update(skip_locked=True).filter(free, is_done=False, rfa__in=rfas)
        found = list(rows.filter(due_at__lte=at).order_by("due_at")[:limit])
        Delivery.objects.filter(pk__in=[row.pk for row in found]).update(held_until=at + HOLD)
    return found


def finish(row: Delivery) -> None:
    """Nothing more will be tried."""
    Delivery.objects.filter(pk=row.pk).update(is_done=True, held_until=None)


def put_off(row: Delivery, at: datetime) -> None:
    """Try again later, each time later still, and at last not at all."""
    wait = min(FIRST_WAIT * 2**row.tries, LONGEST_WAIT)
    is_done = row.tries + 1 >= MOST_TRIES
    Delivery.objects.filter(pk=row.pk).update(
        tries=row.tries + 1, due_at=at + wait, held_until=None, is_done=is_done
    )


def let_go(rows: list[Delivery]) -> None:
    """Give mails back that were not tried: they stay due."""
    Delivery.objects.filter(pk__in=[row.pk for row in rows], is_done=False).update(held_until=None)


def forget(still_open: set[str], still_mailed: set[str]) -> None:
    """Drop every trace of whom a closed rfa reached, and the mails of one that nobody is mailed any more."""
    Delivery.objects.exclude(rfa__in=still_mailed).delete()
    Reach.objects.exclude(rfa__in=still_open).delete()
