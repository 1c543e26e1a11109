"""Writes of an agency's admin, and of the jobs that close idle accounts and send reminders."""

from datetime import datetime, timedelta
from functools import partial

from django.db import transaction

from vicinage.server import clock
from vicinage.server.accounts.models import User
from vicinage.server.agencies import actions as agencies
from vicinage.server.agencies import queries
from vicinage.server.agencies.actions import AgencyConflictError, act
from vicinage.server.agencies.models import Agency, Invitation, ListReview, Officer, Reminder
from vicinage.server.agencies.officers import mail

HOUSEKEEPING_EVERY = timedelta(hours=1)
RENEWAL_NOTICE = (timedelta(days=30), timedelta(days=7), timedelta(days=1))
_done_at: datetime | None = None


def invite(user: User, email: str, at: datetime, *, may_ask: bool, may_collect: bool, is_admin: bool) -> str:
    """The admin invites the owner of an address on the agency's domain. Returns the mailed link's token.

    An account of this address that was closed for being idle is opened again. Raises AgencyConflictError.
    """
    with transaction.atomic():
        admin = _admin(user)
        token = agencies.invite(
            admin.agency,
            email,
            at,
            inviter=admin,
            may_ask=may_ask,
            may_collect=may_collect,
            is_admin=is_admin,
        )
        _open_again(admin.agency, email)
        act(admin, "officer.invited", email.lower()[:200], at)
        transaction.on_commit(lambda: mail.send_invitation(admin.agency, email, token), robust=True)
    return token


def _open_again(agency: Agency, email: str) -> None:
    """An account is opened again only where idleness in this very agency is what closed it last."""
    last = Officer.objects.filter(user__email__iexact=email).order_by("-added_at").first()
    if last is not None and last.agency_id == agency.pk and last.removed_for == "idle":
        User.objects.filter(pk=last.user_id).update(is_active=True)


def cancel_invitation(user: User, invitation_id: int, at: datetime) -> None:
    """The admin takes an invitation back. Raises AgencyConflictError when it is open no more."""
    with transaction.atomic():
        admin = _admin(user)
        row = queries.open_invitations(admin.agency, at).filter(id=invitation_id).first()
        if row is None:
            raise AgencyConflictError(
                "invitation-gone", "This invitation is open no more.", "Reload the page."
            )
        Invitation.objects.filter(id=row.pk).update(cancelled_at=at)
        act(admin, "invitation.cancelled", row.email[:200], at)


def set_roles(
    user: User, officer_id: int, at: datetime, *, may_ask: bool, may_collect: bool, is_admin: bool
) -> None:
    """The admin says what an officer may do. Raises AgencyConflictError: gone, or the last admin."""
    with transaction.atomic():
        admin = _admin(user)
        row = _officer_in(admin.agency, officer_id)
        if row.is_admin and not is_admin:
            _not_the_last(row)
        roles = {"ask": may_ask, "collect": may_collect, "admin": is_admin}
        row.may_ask, row.may_collect, row.is_admin = may_ask, may_collect, is_admin
        row.save(update_fields=["may_ask", "may_collect", "is_admin"])
        named = "+".join(name for name, is_set in roles.items() if is_set) or "none"
        act(admin, "officer.roles", f"{row.pk} {named}", at)


def remove(user: User, officer_id: int, at: datetime) -> None:
    """The admin ends an officer's authority, or their own. Raises AgencyConflictError for the last admin."""
    with transaction.atomic():
        admin = _admin(user)
        row = _officer_in(admin.agency, officer_id)
        if row.is_admin:
            _not_the_last(row)
        act(admin, "officer.removed", str(row.pk), at)
        agencies.end_officers(admin.agency_id, [row.pk], "removed", at)


def resign(user: User, at: datetime) -> None:
    """An officer leaves by themselves. Raises AgencyConflictError for the last admin."""
    with transaction.atomic():
        officer = queries.officer_of(user, lock=True)
        if officer is None:
            raise AgencyConflictError("officer-gone", "You are no officer any more.", "Reload the page.")
        if officer.is_admin:
            _not_the_last(officer)
        act(officer, "officer.resigned", str(officer.pk), at)
        agencies.end_officers(officer.agency_id, [officer.pk], "removed", at)


def review_list(user: User, shown: int, at: datetime) -> None:
    """The admin has looked through the list that was shown, of so many officers.

    Raises AgencyConflictError when the list is another by now.
    """
    with transaction.atomic():
        admin = _admin(user)
        count = queries.officers(admin.agency).count()
        if count != shown:
            raise AgencyConflictError(
                "list-changed", "The list has changed since the page was loaded.", "Look again."
            )
        ListReview.objects.create(agency=admin.agency, officer=admin, reviewed_at=at, officers=count)
        act(admin, "officers.reviewed", str(count), at)


def leave(user: User, name: str, at: datetime) -> None:
    """The admin takes the agency off, for good. name: typed again. Raises AgencyConflictError."""
    with transaction.atomic():
        admin = _admin(user)
        if name.strip() != admin.agency.name:
            raise AgencyConflictError(
                "agency-name-differs", "The name typed is not the agency's.", "Type it as it stands above."
            )
        act(admin, "agency.left", admin.agency_id, at)
        agencies.leave(admin.agency, at)


def close_idle(at: datetime) -> int:
    """Close the accounts of officers who were not here for 180 days. Gives how many. Safe to repeat.

    When that leaves an agency without an admin, its desk is told: the operator can invite one.
    """
    closed = 0
    idle = Officer.objects.filter(removed_at=None, active_at__lte=at - queries.IDLE)
    for row in idle.select_related("agency", "user"):
        with transaction.atomic():
            held = (
                Officer.objects.select_for_update()
                .filter(pk=row.pk, removed_at=None, active_at__lte=at - queries.IDLE)
                .first()
            )
            if held is None:
                continue
            act(row, "officer.closed-idle", str(row.pk), at)
            agencies.end_officers(row.agency_id, [row.pk], "idle", at)
            User.objects.filter(pk=row.user_id).update(is_active=False)
            if row.is_admin and not queries.admins(row.agency).exists():
                transaction.on_commit(partial(mail.send_no_admin, row.agency), robust=True)
            closed += 1
    return closed


def remind(at: datetime) -> None:
    """Mail what is due: renewal in 30, 7 and 1 days, lapse, and the review of the list. Each once."""
    for agency in Agency.objects.filter(left_at=None, until__lte=at + max(RENEWAL_NOTICE)):
        assert agency.until is not None  # noqa: S101 (the filter's)
        day = agency.until.date().isoformat()
        if agency.until <= at:
            _once(agency, f"lapsed {day}", at)
            continue
        left = min(notice for notice in RENEWAL_NOTICE if agency.until - at <= notice)
        _once(agency, f"renewal {day} {left.days}", at)
    for agency in queries.reviews_due(at):
        last = queries.reviews(agency).first()
        since = last.reviewed_at if last is not None else agency.verified_at
        _once(agency, f"review {since:%Y-%m-%d}", at)


def _once(agency: Agency, about: str, at: datetime) -> None:
    with transaction.atomic():
        _row, is_new = Reminder.objects.get_or_create(agency=agency, about=about, defaults={"sent_at": at})
        if is_new:
            transaction.on_commit(lambda: mail.send_reminder(agency, about), robust=True)


def housekeeping() -> None:
    """The jobs of this app, for the jobs loop: each hour."""
    global _done_at
    at = clock.now()
    if _done_at is None or not timedelta(0) <= at - _done_at < HOUSEKEEPING_EVERY:
        close_idle(at)
        remind(at)
        _done_at = at


def _admin(user: User) -> Officer:
    """The admin's standing, read inside the transaction; their agency is held against other changes.

    Raises AgencyConflictError.
    """
    admin = queries.officer_of(user, lock=True)
    if admin is None or not admin.is_admin:
        raise AgencyConflictError(
            "admin-only", "Only the agency's admin may do this.", "Ask your agency's admin."
        )
    Agency.objects.select_for_update().get(id=admin.agency_id)
    return admin


def _officer_in(agency: Agency, officer_id: int) -> Officer:
    row = queries.officers(agency).filter(id=officer_id).first()
    if row is None:
        raise AgencyConflictError(
            "officer-gone", "This person is no officer of the agency.", "Reload the page."
        )
    return row


def _not_the_last(row: Officer) -> None:
    """An agency always has an admin who can be asked. Raises AgencyConflictError."""
    if not queries.admins(row.agency).exclude(pk=row.pk).exists():
        raise AgencyConflictError(
            "last-admin",
            "This is the agency's only admin.",
            "Make another officer admin first, or let the agency leave.",
        )
