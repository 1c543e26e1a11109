"""Writes of assemblies: enter one, correct one by another, take one back. All stay in the log."""

import secrets
from datetime import datetime, timedelta

from django.db import transaction

from vicinage.core import assembly as law
from vicinage.core.event import Finding
from vicinage.core.ids import make_id
from vicinage.server.accounts.models import User
from vicinage.server.assemblies import forms, queries
from vicinage.server.assemblies.models import Assembly, Withdrawal
from vicinage.server.errors import ServerError
from vicinage.server.ledger.actions import record

MOST_A_DAY = 10
Findings = tuple[Finding, ...]


class AssemblyConflictError(ServerError):
    """The assembly is not the person's own, or does not stand any more; or too many were entered."""

    def __init__(self, code: str, sentence: str, hint: str = "") -> None:
        super().__init__(code, sentence, hint, status=409)


def enter(
    user: User, fields: dict[str, str], at: datetime, replaces: str | None = None
) -> tuple[Assembly | None, Findings]:
    """Enter an assembly, or correct one's own by another. With findings nothing is written.

    Raises AssemblyConflictError.
    """
    at = at.replace(microsecond=0)
    with transaction.atomic():
        # One person's entries are counted one after the other.
        User.objects.select_for_update().get(pk=user.pk)
        earlier = _own(user, replaces) if replaces else None
        if queries.entered_since(user, at - timedelta(days=1)) >= MOST_A_DAY:
            raise AssemblyConflictError(
                "assemblies-enough",
                f"You have entered {MOST_A_DAY} assemblies within a day.",
                "Enter the next one tomorrow.",
            )
        reading = forms.read(fields, make_id(secrets.token_bytes(10)))
        if reading.assembly is None:
            return None, reading.unread
        decision = law.enter(reading.assembly, replaces, secrets.token_hex(16), at)
        if decision.event is None:
            return None, (*reading.unread, *decision.findings)
        row = Assembly(
            id=reading.assembly.id,
            entry=record(decision.event),
            area=reading.assembly.area.geojson(),
            window_from=reading.assembly.window.start,
            window_to=reading.assembly.window.end,
            replaces=earlier,
            entered_by=user,
            entered_at=at,
        )
        row.save(force_insert=True)
        return row, ()


def withdraw(user: User, assembly_id: str, at: datetime) -> None:
    """Take one's own assembly back. It stays in the log, and so does this. Raises AssemblyConflictError."""
    at = at.replace(microsecond=0)
    with transaction.atomic():
        row = _own(user, assembly_id)
        decision = law.withdraw(row.pk, at)
        assert decision.event is not None  # noqa: S101 (withdrawing has no rule to fail)
        Withdrawal.objects.create(assembly=row, entry=record(decision.event), at=at)


def _own(user: User, assembly_id: str) -> Assembly:
    Assembly.objects.select_for_update().filter(id=assembly_id).first()
    row = queries.own(user, assembly_id)
    if row is None:
        raise AssemblyConflictError(
            "assembly-not-standing",
            "This assembly is not yours, or was already taken back or replaced.",
            "Reload the page.",
        )
    return row
