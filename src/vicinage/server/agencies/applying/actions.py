"""Writes of applications: apply, sign, gather evidence, approve by two, refuse; invite the first admin."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from vicinage.core import agency as law
from vicinage.core import leaf
from vicinage.core.event import Finding
from vicinage.server.accounts.models import User
from vicinage.server.agencies import actions as agencies
from vicinage.server.agencies import queries as desks
from vicinage.server.agencies.actions import AgencyConflictError
from vicinage.server.agencies.applying import challenge, doubles, mail, promise, queries
from vicinage.server.agencies.listings import queries as listings
from vicinage.server.agencies.models import (
    Agency,
    Application,
    Approval,
    DirectoryListing,
    Officer,
    Verification,
)
from vicinage.server.ledger.actions import record
from vicinage.server.regime import queries as rules

Findings = tuple[Finding, ...]
A_DAY = timedelta(days=1)
MOST_A_DAY = 3  # links mailed to one domain, so that the form is no way to flood a mailbox


@dataclass(frozen=True)
class Approved:
    """What an approval led to: findings against it, or the agency once enough operators have approved."""

    findings: Findings
    agency: Agency | None


def apply(
    facts: Mapping[str, Any], at: datetime, renews: Agency | None = None
) -> tuple[Application | None, Findings]:
    """Keep an application and mail its link to the applicant, at the agency's own domain.

    facts: name, kind, level, domain, state, region, retention_days, phone, email, applicant_email. One
    that no evidence could help is None with the findings. Raises AgencyConflictError: the domain is
    another's of this kind, the address is not on it, too many links today; AgencyError.
    """
    token = secrets.token_urlsafe(32)
    row = Application(
        id=agencies.new_id(),
        renews=renews,
        applied_at=at,
        token_sha256=desks.token_digest(token),
        challenge=secrets.token_hex(16),
        **facts,
    )
    with transaction.atomic():
        _domain_is_free(row)
        findings = queries.in_the_way(row, rules.in_force(at), at)
        if findings:
            return None, findings
        _applicant_on_domain(row)
        _not_too_many(row, at)
        row.domain_listing = listings.listing_of(row.domain)
        row.save(force_insert=True)
        transaction.on_commit(lambda: mail.send_link(row, token), robust=True)
    return row, ()


def ask_renewal(
    admin: Officer, facts: Mapping[str, Any], at: datetime
) -> tuple[Application | None, Findings]:
    """The admin asks for the renewal of their agency's verification: an application like the first.

    Raises AgencyConflictError as `apply` does, and while another renewal waits.
    """
    with transaction.atomic():
        agency = Agency.objects.select_for_update().get(pk=admin.agency_id)
        if Application.objects.filter(renews=agency, decided_at=None).exclude(signed_at=None).exists():
            raise AgencyConflictError(
                "renewal-waits", "A renewal waits for the operators already.", "You will be told by mail."
            )
        row, findings = apply(facts, at, renews=agency)
        if row is not None:
            agencies.act(admin, "renewal.asked", row.id, at)
        return row, findings


def _domain_is_free(row: Application) -> None:
    """A town's police, fire and emergency management may share its domain; two of one kind may not."""
    holder = queries.holder(row)
    if holder is not None:
        raise AgencyConflictError(
            "agency-domain-taken",
            f"The domain {row.domain} is that of {holder.name}, which is verified and of the same kind.",
            "Its admin invites officers. Another agency of this kind applies with a domain of its own, "
            "such as one below it.",
        )


def _applicant_on_domain(row: Application) -> None:
    name, _at, domain = row.applicant_email.rpartition("@")
    if not name or "@" in name or domain.lower() != row.domain:
        raise AgencyConflictError(
            "applicant-domain",
            f"Your own e-mail address should be on the agency's domain, {row.domain}.",
            "Use the official address: the link goes there.",
        )


def _not_too_many(row: Application, at: datetime) -> None:
    if Application.objects.filter(domain=row.domain, applied_at__gt=at - A_DAY).count() >= MOST_A_DAY:
        raise AgencyConflictError(
            "application-too-many",
            f"{MOST_A_DAY} links were mailed to this domain within a day.",
            "Use one of them, or try again tomorrow.",
        )


def sign(token: str, name: str, title: str, text_sha256: str, at: datetime) -> Application:
    """The applicant, who has the mailed link, signs the promise that the page showed.

    text_sha256: of the text that was shown. Raises AgencyConflictError: the link has lapsed or was
    used, or the text has changed since.
    """
    with transaction.atomic():
        found = queries.by_token(token, at)
        row = None if found is None else Application.objects.select_for_update().get(pk=found.pk)
        if row is None or row.signed_at is not None or row.decided_at is not None:
            raise AgencyConflictError(
                "application-link",
                "This link has lapsed, or the promise was signed with it.",
                "Apply again if you have not signed.",
            )
        text = promise.text(row, rules.in_force(at))
        if promise.digest(text) != text_sha256:
            raise AgencyConflictError(
                "promise-changed", "The text has changed since the page was loaded.", "Read it again."
            )
        row.signed_name, row.signed_title, row.signed_at = name.strip(), title.strip(), at
        row.signed_text, row.signed_sha256 = text, text_sha256
        row.save(update_fields=["signed_name", "signed_title", "signed_at", "signed_text", "signed_sha256"])
        return row


def check_challenge(application_id: str, at: datetime) -> bool:
    """Look for the DNS record, and note it when it is there. Raises ServerError (dns-silent)."""
    row = Application.objects.get(id=application_id)
    if row.challenge_met_at is not None:
        return True
    if not challenge.is_met(row.domain, row.challenge):  # the network's time is spent before the transaction
        return False
    with transaction.atomic():
        _open(application_id)
        Application.objects.filter(id=application_id, challenge_met_at=None).update(challenge_met_at=at)
    return True


def choose_entry(application_id: str, listing_id: str | None, operator: User) -> None:
    """Say which entry of the directory the agency is, or that it is none. What was called is then void."""
    with transaction.atomic():
        agencies.must_operate(operator)
        row = _open(application_id)
        listing = None
        if listing_id:
            listing = DirectoryListing.objects.filter(
                pk=listing_id, is_listed=True, state=row.state or ""
            ).first()
            if listing is None:
                raise AgencyConflictError(
                    "directory-none", "There is no such entry in this state.", "Choose one from the list."
                )
        row.directory_listing = listing
        row.called_number = row.called_source = row.called_person = ""
        row.called_by, row.called_at = None, None
        row.save()


def note_call(
    application_id: str, person: str, operator: User, at: datetime, *, number: str = "", source: str = ""
) -> None:
    """Note that an operator called back, and who confirmed it.

    Where the directory has a number, that is the one that counts; else number and where it was found,
    which must not be the application. Raises AgencyConflictError.
    """
    with transaction.atomic():
        agencies.must_operate(operator)
        row = _open(application_id)
        listing = row.directory_listing
        if listing is not None and listing.phone:
            number, source = listing.phone, f"directory entry {listing.pk}"
        if not number.strip() or not source.strip():
            raise AgencyConflictError(
                "call-back-source",
                "The number should come from somewhere else than the application.",
                "Say where you found it, such as the town's own site or a printed directory.",
            )
        row.called_number, row.called_source = number.strip()[:40], source.strip()[:300]
        row.called_person, row.called_by, row.called_at = person.strip()[:120], operator, at
        row.save()


def approve(application_id: str, shown_sha256: str, operator: User, at: datetime) -> Approved:
    """One operator approves what they were shown; with enough of them the agency is verified, and logged.

    Returns findings while evidence is missing. Raises AgencyConflictError: what was shown has changed,
    the operator has approved, is the applicant, or is one person with another who has; the agency left.
    """
    with transaction.atomic():
        agencies.must_operate(operator)
        row = _open(application_id)
        if queries.shown_sha256(row) != shown_sha256:
            raise AgencyConflictError(
                "application-changed", "The evidence has changed since the page was loaded.", "Look again."
            )
        if row.renews_id is not None:
            agencies.must_be_here(Agency.objects.select_for_update().get(pk=row.renews_id))
        _may_approve(row, operator)
        _domain_is_free(row)
        regime = rules.in_force(at)
        findings = queries.missing(row, regime, at)
        if findings:
            return Approved(findings, None)
        try:
            with transaction.atomic():
                Approval.objects.create(
                    application=row, operator=operator, approved_at=at, shown_sha256=shown_sha256
                )
        except IntegrityError as error:
            raise _approved_by_you() from error
        count = len(queries.counted(row))
        if count < regime.conduct.approvals:
            return Approved((), None)
        return _verify(row, count, at)


def _may_approve(row: Application, operator: User) -> None:
    """Two approvals are those of two people, neither of whom is the agency."""
    inside = operator.email.lower().rpartition("@")[2] == row.domain or operator.is_officer
    if inside or (row.renews is not None and _acted_for(operator, row.renews)):
        raise AgencyConflictError(
            "operator-is-applicant", "Who belongs to an agency cannot approve one.", "Leave it to others."
        )
    for other in queries.counted(row):
        if other.operator_id == operator.pk:
            raise _approved_by_you()
        if doubles.are_one(other.operator, operator):
            raise AgencyConflictError(
                "operators-are-one",
                "Another account of the same person has approved: same mailbox or same second factor.",
                "A second person must look at the evidence.",
            )


def _acted_for(operator: User, agency: Agency) -> bool:
    """Has this person, in this account or in another that can be seen to be theirs, ever been its officer?"""
    ever = Officer.objects.filter(agency=agency).select_related("user")
    return any(doubles.are_one(row.user, operator) for row in ever)


def _approved_by_you() -> AgencyConflictError:
    return AgencyConflictError(
        "approved-already", "You have approved this application.", "Another operator must approve it too."
    )


def _verify(row: Application, approvals: int, at: datetime) -> Approved:
    facts = queries.facts(row, approvals)
    decision = law.verify(rules.in_force(at), facts, at)
    if decision.event is None:
        return Approved(decision.findings, None)
    entry = record(decision.event)
    logged = law.from_leaf(leaf.parse(decision.event.leaf))
    assert logged.until is not None  # noqa: S101 (a leaf always has it)
    now = {
        "region": logged.region,
        "state": logged.state,
        "lon": logged.seat and logged.seat[0],
        "lat": logged.seat and logged.seat[1],
        "retention_days": logged.retention_days,
        "phone": logged.phone,
        "email": logged.email,
        "evidence": " ".join(logged.evidence),
        "approvals": logged.approvals,
        "until": logged.until,
    }
    if row.renews_id is not None:
        Agency.objects.filter(pk=row.renews_id).update(**now)
        agency = Agency.objects.get(pk=row.renews_id)
    else:
        agency = _enter(
            row, {**now, "verified_at": at, "verified_entry": entry, "created_at": row.applied_at}
        )
    Verification.objects.create(agency=agency, verified_at=at, until=logged.until, entry=entry)
    row.agency, row.decided_at = agency, at
    row.save(update_fields=["agency", "decided_at"])
    _tell(row, agency, at)
    return Approved((), agency)


def _enter(row: Application, now: dict[str, Any]) -> Agency:
    same = {name: getattr(row, name) for name in ("id", "name", "kind", "level", "domain")}
    try:
        with transaction.atomic():
            return Agency.objects.create(**same, **now)
    except IntegrityError as error:
        raise AgencyConflictError(
            "agency-domain-taken",
            "Another agency of this kind was just verified with this domain.",
            "Refuse this one.",
        ) from error


def _tell(row: Application, agency: Agency, at: datetime) -> None:
    """The applicant hears of it; of a first verification by the invitation to be the agency's admin."""
    if row.renews_id is not None:
        transaction.on_commit(lambda: mail.send_renewed(agency, row.applicant_email), robust=True)
        return
    token = agencies.invite(agency, row.applicant_email, at, may_ask=True, may_collect=True, is_admin=True)
    transaction.on_commit(lambda: mail.send_verified(agency, row.applicant_email, token), robust=True)


def refuse(application_id: str, reason: str, operator: User, at: datetime) -> None:
    """Turn an application down; the applicant reads the reason. Raises AgencyConflictError without one."""
    with transaction.atomic():
        agencies.must_operate(operator)
        row = _open(application_id)
        if not reason.strip():
            raise AgencyConflictError("refusal-reason", "A refusal gives its reason.", "Say what is missing.")
        row.refused_for, row.decided_at = reason.strip()[:500], at
        row.save(update_fields=["refused_for", "decided_at"])
        transaction.on_commit(lambda: mail.send_refused(row), robust=True)


def _open(application_id: str) -> Application:
    """The application, held against other changes, signed and not decided. Raises AgencyConflictError."""
    row = Application.objects.select_for_update().filter(id=application_id).first()
    if row is None or row.signed_at is None or row.decided_at is not None:
        raise AgencyConflictError(
            "application-decided", "This application is not open any more.", "Reload the page."
        )
    return row
