"""Writes of agencies: the operator creates and verifies, invites officers."""

import secrets
from dataclasses import replace
from datetime import datetime

from django.db import IntegrityError, transaction

from vicinage.core import act as acts
from vicinage.core import agency as law
from vicinage.core import canonical, commitment
from vicinage.core.event import Finding
from vicinage.core.ids import make_id
from vicinage.server.accounts.models import User
from vicinage.server.agencies import queries
from vicinage.server.agencies.models import Agency, Invitation, KeyShare, Officer, OfficerAct
from vicinage.server.errors import ServerError
from vicinage.server.ledger.actions import record
from vicinage.server.regime import queries as rules

Findings = tuple[Finding, ...]


class AgencyConflictError(ServerError):
    """The agency, officer or invitation is no longer in the state that the action needs."""

    def __init__(self, code: str, sentence: str, hint: str = "") -> None:
        super().__init__(code, sentence, hint, status=409)


def act(officer: Officer, what: str, subject: str, at: datetime) -> OfficerAct:
    """Write down what an officer did: a row for the agency and its auditors, a sealed entry in the log.

    what: a code such as "rfa.submitted". subject: what it was done on, at most 200 characters. Within the
    transaction of the act itself.
    """
    fields = acts.act_fields(officer.agency_id, officer.user.email, what, subject, at)
    salts = {name: secrets.token_hex(16) for name in fields}
    decision = acts.act(officer.agency_id, officer.user.email, what, subject, at, salts)
    assert decision.event is not None  # noqa: S101 (an act has no rule to fail)
    return OfficerAct.objects.create(
        agency_id=officer.agency_id,
        officer=officer,
        what=what,
        subject=subject,
        at=at,
        opening=canonical.dumps(commitment.opening(fields, salts)),
        entry=record(decision.event),
    )


def new_id() -> str:
    """A fresh random id."""
    return make_id(secrets.token_bytes(10))


def create_agency(facts: law.Agency, at: datetime) -> tuple[Agency | None, Findings]:
    """Enter an agency, unverified. Under a regime that would never verify it: None and the findings.

    `facts.id` is ignored; a fresh one is made. Raises AgencyError,
    and AgencyConflictError for a known domain.
    """
    facts = replace(facts, id=new_id())
    with transaction.atomic():
        decision = law.verify(rules.in_force(at), facts, at)
        if decision.event is None:
            return None, decision.findings
        try:
            with transaction.atomic():
                return Agency.objects.create(**vars(facts), created_at=at), ()
        except IntegrityError as error:
            raise AgencyConflictError(
                "agency-domain-taken",
                "An agency with this e-mail domain is already entered.",
                "Open that agency instead.",
            ) from error


def verify_agency(agency_id: str, operator: User, at: datetime) -> Findings:
    """Verify an agency: recorded in the log, from then on public. Returns findings when refused.

    Raises AgencyConflictError when it is already verified, or the person is no operator any more.
    """
    with transaction.atomic():
        _operator(operator)
        agency = Agency.objects.select_for_update().get(id=agency_id)
        if agency.verified_at is not None:
            raise AgencyConflictError(
                "agency-verified", "This agency is already verified.", "Nothing is left to do."
            )
        decision = law.verify(rules.in_force(at), agency.core(), at)
        if decision.event is None:
            return decision.findings
        agency.verified_at = at
        agency.verified_entry = record(decision.event)
        agency.save(update_fields=["verified_at", "verified_entry"])
    return ()


def invite_officer(
    agency_id: str, email: str, *, may_ask: bool, may_collect: bool, operator: User, at: datetime
) -> str:
    """Invite the owner of an official e-mail address. Returns the link's token, kept nowhere else.

    Raises AgencyConflictError for an address outside the agency's domain.
    """
    with transaction.atomic():
        _operator(operator)
        agency = Agency.objects.get(id=agency_id)
        _on_domain(agency, email)
        token = secrets.token_urlsafe(32)
        Invitation.objects.create(
            agency=agency,
            email=email.lower(),
            may_ask=may_ask,
            may_collect=may_collect,
            token_sha256=queries.token_digest(token),
            invited_at=at,
        )
    return token


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
        return add_officer(found.agency, user, may_ask=found.may_ask, may_collect=found.may_collect, at=at)


def add_officer(agency: Agency, user: User, *, may_ask: bool, may_collect: bool, at: datetime) -> Officer:
    """Make a person, whose address is on the agency's domain, an officer. Raises AgencyConflictError."""
    _on_domain(agency, user.email)
    try:
        with transaction.atomic():
            return Officer.objects.create(
                agency=agency, user=user, may_ask=may_ask, may_collect=may_collect, added_at=at, active_at=at
            )
    except IntegrityError as error:
        raise AgencyConflictError(
            "officer-already", "This person is already an officer.", "Remove them there first."
        ) from error


def remove_officer(officer_id: int, agency_id: str, operator: User, at: datetime) -> None:
    """End a person's authority at once. Raises AgencyConflictError when it has already ended."""
    with transaction.atomic():
        _operator(operator)
        rows = Officer.objects.filter(id=officer_id, agency_id=agency_id, removed_at=None)
        KeyShare.objects.filter(officer_id=officer_id, officer__agency_id=agency_id).delete()
        if not rows.update(removed_at=at):
            raise AgencyConflictError(
                "officer-gone", "This person is no officer of the agency.", "Reload the page."
            )


def _operator(user: User) -> None:
    """Read the role again inside the transaction: it may just have been taken away."""
    if not User.objects.filter(id=user.pk, is_operator=True, is_active=True).exists():
        raise AgencyConflictError("operator-only", "Only an operator may do this.", "Sign in as an operator.")


def _on_domain(agency: Agency, email: str) -> None:
    """Officers use the agency's official e-mail domain."""
    name, _at, domain = email.rpartition("@")
    if not name or domain.lower() != agency.domain.lower():
        raise AgencyConflictError(
            "officer-domain",
            f"An officer's e-mail address should be on the agency's domain, {agency.domain}.",
            "Use the official address.",
        )
