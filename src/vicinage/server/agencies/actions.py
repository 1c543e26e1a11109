"""Writes of agencies and their officers: acts, invitations, joining, leaving; suspension."""

import json
import secrets
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from vicinage.core import act as acts
from vicinage.core import agency as law
from vicinage.core import commitment
from vicinage.core.event import Finding
from vicinage.core.ids import make_id
from vicinage.server.accounts.models import User
from vicinage.server.agencies import queries
from vicinage.server.agencies.models import Agency, Invitation, KeyShare, Officer, OfficerAct, Suspension
from vicinage.server.errors import ServerError
from vicinage.server.ledger.actions import record

LONGEST_SUBJECT = 200
TOUCHED_EVERY = timedelta(days=1)
Findings = tuple[Finding, ...]


class AgencyConflictError(ServerError):
    """The agency, officer or invitation is no longer in the state that the action needs."""

    def __init__(self, code: str, sentence: str, hint: str = "") -> None:
        super().__init__(code, sentence, hint, status=409)


def new_id() -> str:
    """A fresh random id."""
    return make_id(secrets.token_bytes(10))


def act(officer: Officer, what: str, subject: str, at: datetime) -> OfficerAct:
    """Record what an officer did, inside the action's own transaction: a row, and a commitment in the log.

    what: a code such as "rfa.submitted". subject: the id of what it was done on, cut to 200 characters.
    The opening, with the officer's address, is for the agency and its auditors.
    """
    subject = subject[:LONGEST_SUBJECT]
    fields = acts.act_fields(officer.agency_id, officer.user.email, what, subject, at)
    salts = {name: secrets.token_hex(16) for name in acts.ACT_FIELDS}
    decision = acts.act(officer.agency_id, officer.user.email, what, subject, at, salts)
    assert decision.event is not None  # noqa: S101 (core refuses by raising)
    return OfficerAct.objects.create(
        agency_id=officer.agency_id,
        officer=officer,
        what=what,
        subject=subject,
        at=at,
        opening=json.dumps(commitment.opening(fields, salts)).encode(),
        entry=record(decision.event),
    )


def invite(
    agency: Agency,
    email: str,
    at: datetime,
    *,
    inviter: Officer | None = None,
    may_ask: bool = False,
    may_collect: bool = False,
    is_admin: bool = False,
) -> str:
    """Make an invitation for the owner of an official address, inside the caller's transaction.

    An earlier one to the same address is void. Returns the link's token, kept nowhere else. Raises
    AgencyConflictError for an address outside the agency's domain.
    """
    on_domain(agency, email)
    email, token = email.lower(), secrets.token_urlsafe(32)
    queries.open_invitations(agency, at).filter(email=email).update(cancelled_at=at)
    Invitation.objects.create(
        agency=agency,
        inviter=inviter,
        email=email,
        may_ask=may_ask,
        may_collect=may_collect,
        is_admin=is_admin,
        token_sha256=queries.token_digest(token),
        invited_at=at,
    )
    return token


def invite_admin(agency_id: str, email: str, *, operator: User, at: datetime) -> str:
    """The operator's way to help an agency that has no admin any more. Returns the link's token.

    Raises AgencyConflictError while it has one, who invites officers themselves.
    """
    with transaction.atomic():
        must_operate(operator)
        agency = Agency.objects.select_for_update().get(id=agency_id)
        if queries.admins(agency).exists():
            raise AgencyConflictError(
                "agency-has-admin",
                "This agency has an admin, who invites its officers.",
                "Refer the person to the agency's admin.",
            )
        return invite(agency, email, at, is_admin=True)


def accept_invitation(token: str, user: User, at: datetime) -> Officer:
    """The invited person joins. Raises AgencyConflictError: the link is used, lapsed or not for them."""
    with transaction.atomic():
        found = queries.invitation(token, at)
        if found is None or found.email.lower() != user.email.lower():
            raise AgencyConflictError(
                "invitation-not-yours",
                "This invitation has lapsed, was used, or was sent to another e-mail address.",
                "Sign in with the address it was sent to, or ask for a new one.",
            )
        taken = Invitation.objects.filter(id=found.id, accepted_at=None).update(accepted_at=at)
        if not taken:
            raise AgencyConflictError("invitation-used", "This invitation was just used.")
        officer = add_officer(
            found.agency,
            user,
            may_ask=found.may_ask,
            may_collect=found.may_collect,
            is_admin=found.is_admin,
            at=at,
        )
        act(officer, "officer.joined", str(officer.pk), at)
        return officer


def add_officer(
    agency: Agency, user: User, *, may_ask: bool, may_collect: bool, at: datetime, is_admin: bool = False
) -> Officer:
    """Make a person, whose address is on the agency's domain, an officer. Raises AgencyConflictError."""
    on_domain(agency, user.email)
    must_be_here(agency)
    try:
        with transaction.atomic():
            return Officer.objects.create(
                agency=agency,
                user=user,
                may_ask=may_ask,
                may_collect=may_collect,
                is_admin=is_admin,
                added_at=at,
                active_at=at,
            )
    except IntegrityError as error:
        raise AgencyConflictError(
            "officer-already", "This person is already an officer.", "Remove them there first."
        ) from error


def touch(officer: Officer, at: datetime) -> None:
    """Note that an officer is here, at most once a day."""
    if at - officer.active_at >= TOUCHED_EVERY:
        Officer.objects.filter(pk=officer.pk, removed_at=None).update(active_at=at)


def remove_officer(officer_id: int, agency_id: str, operator: User, at: datetime) -> None:
    """The operator ends a person's authority at once. Raises AgencyConflictError when it has ended."""
    with transaction.atomic():
        must_operate(operator)
        end_officers(agency_id, [officer_id], "operator", at)


def end_officers(agency_id: str, officer_ids: list[int], why: str, at: datetime) -> None:
    """End the authority of officers, inside the caller's transaction. why: of REMOVED_FOR.

    What was sealed to them of the agency's key is let go. Raises AgencyConflictError for one that is none.
    """
    rows = Officer.objects.filter(id__in=officer_ids, agency_id=agency_id, removed_at=None)
    KeyShare.objects.filter(officer__in=rows).delete()
    if rows.update(removed_at=at, removed_for=why) != len(officer_ids):
        raise AgencyConflictError(
            "officer-gone", "This person is no officer of the agency.", "Reload the page."
        )


def suspend(agency_id: str, reason: str, operator: User, at: datetime) -> Findings:
    """Suspend an agency for a public reason: it can neither ask nor open anything until reinstated.

    Returns findings when refused. Raises AgencyConflictError when it is suspended already or has left.
    """
    with transaction.atomic():
        agency = _held(agency_id, operator)
        if agency.suspended_at is not None:
            raise AgencyConflictError("agency-suspended", "This agency is suspended.", "Reload the page.")
        decision = law.suspend(agency.id, reason, secrets.token_hex(16), at)
        if decision.event is None:
            return decision.findings
        Suspension.objects.create(
            agency=agency,
            operator=operator,
            reason=reason.strip(),
            suspended_at=at,
            entry=record(decision.event),
        )
        Agency.objects.filter(id=agency.id).update(suspended_at=at)
    return ()


def reinstate(agency_id: str, operator: User, at: datetime) -> None:
    """End a suspension. Raises AgencyConflictError when there is none."""
    with transaction.atomic():
        agency = _held(agency_id, operator)
        row = Suspension.objects.filter(agency=agency, reinstated_at=None).first()
        if row is None:
            raise AgencyConflictError("agency-not-suspended", "This agency is not suspended.", "Reload.")
        event = law.reinstate(agency.id, at).event
        assert event is not None  # noqa: S101 (core always records it)
        row.reinstated_at, row.reinstated_entry = at, record(event)
        row.save(update_fields=["reinstated_at", "reinstated_entry"])
        Agency.objects.filter(id=agency.id).update(suspended_at=None)


def let_go(agency_id: str, operator: User, at: datetime) -> None:
    """The operator records that an agency has left, when it can no longer say so itself."""
    with transaction.atomic():
        leave(_held(agency_id, operator), at)


def leave(agency: Agency, at: datetime) -> None:
    """An agency leaves for good, inside the caller's transaction: no officers, no invitations any more."""
    must_be_here(agency)
    event = law.leave(agency.id, at).event
    assert event is not None  # noqa: S101 (core always records it)
    queries.open_invitations(agency, at).update(cancelled_at=at)
    end_officers(agency.id, [officer.pk for officer in queries.officers(agency)], "agency-left", at)
    Agency.objects.filter(id=agency.id).update(left_at=at, left_entry=record(event))


def must_be_here(agency: Agency) -> None:
    """Nothing new is done for an agency that has left, whatever was begun. Raises AgencyConflictError."""
    if agency.left_at is not None:
        raise AgencyConflictError(
            "agency-left", "This agency has left.", "Its history stays public. It may apply again."
        )


def must_open(agency: Agency) -> None:
    """A suspended agency opens nothing that it was given, and makes no key for it.

    Raises AgencyConflictError, which says so.
    """
    if agency.suspended_at is not None:
        raise AgencyConflictError(
            "agency-is-suspended",
            "Your agency is suspended, and can open nothing that it was given.",
            "The reason stands on its public page. Ask the operator.",
        )


def must_operate(user: User) -> None:
    """Read the role again inside the transaction: it may just have been taken away."""
    if not User.objects.filter(id=user.pk, is_operator=True, is_active=True).exists():
        raise AgencyConflictError("operator-only", "Only an operator may do this.", "Sign in as an operator.")


def on_domain(agency: Agency, email: str) -> None:
    """Officers use the agency's official e-mail domain. Raises AgencyConflictError for another address."""
    if not queries.is_on_domain(agency, email):
        raise AgencyConflictError(
            "officer-domain",
            f"An officer's e-mail address should be on the agency's domain, {agency.domain}.",
            "Use the official address.",
        )


def _held(agency_id: str, operator: User) -> Agency:
    """The agency, held against other changes, for an operator; not one that has left."""
    must_operate(operator)
    agency = Agency.objects.select_for_update().get(id=agency_id)
    must_be_here(agency)
    return agency
