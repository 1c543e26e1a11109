"""Reads of assemblies. `published` is the gate for everything public; `standing` is what requests meet."""

from datetime import datetime, timedelta

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from vicinage.core import assembly as law
from vicinage.core.rfa import Rfa
from vicinage.server.accounts.models import User
from vicinage.server.assemblies.models import Assembly
from vicinage.server.ledger import queries as ledger

# More than the law's own margin of time, which decides.
NEAR = timedelta(days=1)


def published() -> QuerySet[Assembly]:
    """Every assembly that the published log holds, whatever became of it, newest first."""
    rows = Assembly.objects.filter(entry__place__index__lt=ledger.size())
    return rows.select_related("entry__place", "withdrawal__entry__place", "replaced_by").order_by(
        "-entry__place__index"
    )


def coming(now: datetime) -> QuerySet[Assembly]:
    """Those that stand and are not over, soonest first."""
    rows = published().filter(withdrawal=None, replaced_by=None, window_to__gt=now)
    return rows.order_by("window_from", "id")


def past(now: datetime) -> QuerySet[Assembly]:
    """Those that are over, were taken back or replaced, newest entry first."""
    return published().exclude(pk__in=coming(now).order_by().values("pk"))


def one(assembly_id: str) -> Assembly | None:
    """A published assembly by id, or None."""
    return published().filter(id=assembly_id).first()


def own(user: User | AnonymousUser, assembly_id: str) -> Assembly | None:
    """The person's own assembly if it stands, or None."""
    if not user.is_authenticated:
        return None
    rows = Assembly.objects.filter(id=assembly_id, entered_by=user, withdrawal=None, replaced_by=None)
    return rows.select_related("entry").first()


def entered_since(user: User, since: datetime) -> int:
    """How many the person has entered since an instant, corrections included."""
    return Assembly.objects.filter(entered_by=user, entered_at__gt=since).count()


def standing(rfa: Rfa) -> tuple[law.Assembly, ...]:
    """The standing assemblies that an rfa overlaps in area and time, in the order of the log."""
    if rfa.window is None:
        return ()
    rows = Assembly.objects.filter(
        withdrawal=None,
        replaced_by=None,
        window_from__lt=rfa.window.end + NEAR,
        window_to__gt=rfa.window.start - NEAR,
    )
    found = (row.core() for row in rows.select_related("entry").order_by("entry_id"))
    return tuple(assembly for assembly in found if law.overlaps(rfa, assembly))
