"""Reads of what is passed on. `passed_on_to` is the one gate: an open mediated rfa is there for a resident
with a camera in a cell that it touches, and for nobody else.

What an agency or an operator could ask is not here: no query counts or lists whom an rfa reaches.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from vicinage.server import clock
from vicinage.server.accounts import queries as accounts
from vicinage.server.accounts.models import User
from vicinage.server.agencies.models import Officer
from vicinage.server.feed import queries as feed
from vicinage.server.feed.models import PublishedRfa
from vicinage.server.ledger import queries as ledger
from vicinage.server.library.models import Camera
from vicinage.server.mediation import asking
from vicinage.server.mediation.asking import Asking
from vicinage.server.mediation.models import Delivery, Reach
from vicinage.server.rfas.models import MediatedRfa


def still_open(at: datetime | None = None, only: set[str] | None = None) -> Iterator[MediatedRfa]:
    """The mediated rfas that the log holds and that take answers at an instant, newest first.

    only: no others than those of these ids.
    """
    now = at or clock.now()
    rows = MediatedRfa.objects.filter(
        ~Exists(PublishedRfa.objects.filter(pk=OuterRef("pk"))),
        entry__place__index__lt=ledger.size(),
        closes_at__gt=now,
    )
    if only is not None:
        rows = rows.filter(pk__in=only)
    rows = rows.select_related("submission__agency", "entry__place").order_by("-entry__place__index")
    return (row for row in rows if asking.open_until(row) > now)


def passed_on_to(user: Any, at: datetime | None = None) -> list[Asking]:
    """The open mediated rfas for this resident, newest first."""
    reached = _reaching(user)
    return [asking.mediated(row) for row in still_open(at, reached)]


def one_passed_on(user: Any, rfa_id: str) -> Asking | None:
    """One of those by id, or None: the same for one that is not theirs and for none at all."""
    return next((asked for asked in passed_on_to(user) if asked.id == rfa_id), None)


def answerable(user: Any, rfa_id: str) -> Asking | None:
    """A published rfa, or one that was passed on to this resident, by id; or None."""
    row = feed.one(rfa_id)
    return asking.public(row) if row is not None else one_passed_on(user, rfa_id)


def news(user: Any, since: datetime) -> list[tuple[datetime, str, dict[str, str]]]:
    """What the notices tell: mediated rfas of at or after `since`; nothing to who sees no rfas."""
    if not accounts.sees_rfas(user):
        return []
    told = [asked.mediated for asked in passed_on_to(user) if asked.mediated is not None]
    return [(row.at, "rfa", {"id": row.pk}) for row in reversed(told) if row.at >= since]


def mails_of(row: MediatedRfa) -> str:
    """What becomes of an open rfa's mails: they "go" out, "wait" while its agency is suspended, or "end"
    since it has left.
    """
    agency = row.submission.agency
    return "end" if agency.left_at is not None else "go" if agency.suspended_at is None else "wait"


def goes_out(rfa_id: str, at: datetime) -> bool:
    """May mails of this rfa go out at this instant: is it open, and does its agency stand?"""
    return any(mails_of(row) == "go" for row in still_open(at, {rfa_id}))


def wants(user: User, rfa_id: str) -> bool:
    """Is this mail still wanted now: the person, the choice, the camera?"""
    return _residents(rfa_id).filter(pk=user.pk).exists()


def owed(rfa_id: str, limit: int) -> list[int]:
    """Ids of up to `limit` residents whom an rfa reaches and for whom no mail of it is planned yet."""
    planned = Delivery.objects.filter(rfa=rfa_id, user=OuterRef("pk"))
    return list(_residents(rfa_id).filter(~Exists(planned)).values_list("pk", flat=True)[:limit])


def _residents(rfa_id: str) -> QuerySet[User]:
    """Who takes mail, is no officer, and has a camera in a cell that the rfa touches."""
    cells = Reach.objects.filter(rfa=rfa_id).values("cell")
    cameras = Camera.objects.filter(household__user=OuterRef("pk"), cell__in=cells)
    officers = Officer.objects.filter(user=OuterRef("pk"), removed_at=None)
    return accounts.who_take_mail(User.objects.all()).filter(Exists(cameras), ~Exists(officers))


def _reaching(user: Any) -> set[str]:
    cells = Camera.objects.filter(household__user=user).values("cell")
    return set(Reach.objects.filter(cell__in=cells).values_list("rfa", flat=True))
