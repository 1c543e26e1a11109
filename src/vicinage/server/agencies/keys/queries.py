"""Reads of the vault: what one officer may fetch of it, and who can open what.

Everything sealed here is ciphertext to the server. A share is given out to the officer it is for, while
they are in office and may collect, and to nobody else.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Prefetch, Q, QuerySet

from vicinage.core import agency as law
from vicinage.server.agencies.models import AgencyKey, KeyShare, Officer, OfficerKey
from vicinage.server.ledger import queries as ledger
from vicinage.wire import vault as wire


@dataclass(frozen=True)
class Holding:
    """A key and how it stands: whether it cools, is in force, revoked or past; how many can open it."""

    key: AgencyKey
    state: str
    openers: int

    @property
    def is_precarious(self) -> bool:
        """Whether losing one officer's key would lose the agency's, as far as we know."""
        return self.openers < 2


def collectors(agency_id: str) -> QuerySet[Officer]:
    """The officers of an agency who may collect now."""
    return (
        Officer.objects.filter(agency_id=agency_id, removed_at=None, may_collect=True)
        .select_related("user", "user__officer_key")
        .order_by("added_at", "id")
    )


def told(agency_id: str) -> list[str]:
    """Addresses of those who are told of each change of key: the admins; without any, all officers."""
    rows = Officer.objects.filter(agency_id=agency_id, removed_at=None).select_related("user")
    admins = [row.user.email for row in rows if row.is_admin]
    return admins or [row.user.email for row in rows]


def own_key(user_id: int) -> OfficerKey | None:
    """The officer's own key, or None before it is made."""
    return OfficerKey.objects.filter(user_id=user_id).first()


def share_of(officer: Officer, recipient: str, *, lock: bool = False) -> KeyShare | None:
    """The officer's own share of a key of their agency."""
    rows = KeyShare.objects.filter(
        officer=officer, key__agency_id=officer.agency_id, key__recipient=recipient
    )
    return (rows.select_for_update(of=("self",)) if lock else rows).first()


def facts(agency_id: str) -> list[law.Key]:
    """Every key of an agency as the law reads it, revoked or not, recorded or published."""
    rows = AgencyKey.objects.filter(agency_id=agency_id).select_related("revocation").order_by("id")
    return [law.Key(agency_id, row.recipient, row.from_at, _revoked_at(row)) for row in rows]


def holdings(agency_id: str, at: datetime) -> list[Holding]:
    """Every key of an agency, newest first, with who can open it."""
    present = Q(shares__officer__removed_at=None, shares__officer__may_collect=True)
    rows = (
        AgencyKey.objects.filter(agency_id=agency_id)
        .select_related("entry__place", "revocation")
        .annotate(openers=Count("shares", filter=present))
        .order_by("-id")
    )
    force = law.key_in_force(facts(agency_id), at)
    return [Holding(row, _state(row, force, at), row.openers) for row in rows]


def vault(officer: Officer) -> wire.Vault:
    """All that the browser of one officer needs to open, share and recover the agency's keys."""
    own = own_key(officer.user_id)
    shares = KeyShare.objects.filter(officer=officer)
    rows = (
        AgencyKey.objects.filter(agency_id=officer.agency_id)
        .select_related("entry__place", "revocation")
        .prefetch_related(Prefetch("shares", queryset=shares, to_attr="mine"))
        .order_by("-id")
    )
    held = KeyShare.objects.filter(key__agency_id=officer.agency_id).values_list(
        "officer_id", "key__recipient"
    )
    return wire.Vault(
        own=None if own is None else wire.OwnKey(own.recipient, bytes(own.recovery)),
        keys=[_sealed(row) for row in rows],
        colleagues=[
            wire.Colleague(
                officer=row.pk,
                email=row.user.email,
                recipient=_recipient(row),
                keys=[recipient for holder, recipient in held if holder == row.pk],
            )
            for row in collectors(officer.agency_id)
            if row.pk != officer.pk
        ],
    )


def _sealed(row: AgencyKey) -> wire.VaultKey:
    mine: list[KeyShare] = row.mine  # type: ignore[attr-defined]  # by the prefetch above
    return wire.VaultKey(
        recipient=row.recipient,
        index=ledger.index_of_entry(row.entry),
        is_revoked=_revoked_at(row) is not None,
        share=bytes(mine[0].sealed) if mine else None,
        recovery=None if row.recovery is None else bytes(row.recovery),
    )


def _recipient(officer: Officer) -> str | None:
    own = getattr(officer.user, "officer_key", None)
    return None if own is None else own.recipient


def _revoked_at(row: AgencyKey) -> datetime | None:
    revocation = getattr(row, "revocation", None)
    return None if revocation is None else revocation.at


def _state(row: AgencyKey, force: law.Key | None, at: datetime) -> str:
    if _revoked_at(row) is not None:
        return "revoked"
    if row.from_at > at:
        return "cooling"
    return "in-force" if force is not None and force.recipient == row.recipient else "past"
