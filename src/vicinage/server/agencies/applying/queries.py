"""Reads of applications: what was found out, what is missing, and whose approvals count."""

import hashlib
import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from vicinage.core import agency as law
from vicinage.core.event import Finding
from vicinage.core.regime import Regime
from vicinage.core.rules import EVIDENCE
from vicinage.server.accounts.models import User
from vicinage.server.agencies.listings import names
from vicinage.server.agencies.listings import queries as listings
from vicinage.server.agencies.models import Agency, Application, Approval
from vicinage.server.agencies.queries import token_digest

LINK_LASTS = timedelta(days=14)
DECIDED_SHOWN = timedelta(days=90)
SHOWN = (
    *("id", "renews_id", "name", "kind", "level", "domain", "state", "region", "retention_days", "phone"),
    *("email", "applicant_email", "signed_name", "signed_title", "signed_at", "signed_sha256"),
    *("challenge_met_at", "domain_listing_id", "directory_listing_id", "called_number", "called_source"),
    *("called_person", "called_by_id", "called_at"),
)


def by_token(token: str, at: datetime) -> Application | None:
    """The application of a mailed link, or None. Unsigned, a link lapses; decided, it tells the outcome."""
    row = Application.objects.filter(token_sha256=token_digest(token)).first()
    if row is None:
        return None
    if row.signed_at is None and at - row.applied_at >= LINK_LASTS:
        return None
    return None if row.decided_at is not None and at - row.decided_at >= DECIDED_SHOWN else row


def for_operator(user: User | AnonymousUser) -> QuerySet[Application]:
    """Every application whose mailed link was answered, for an operator; none for anyone else."""
    if not getattr(user, "is_operator", False):
        return Application.objects.none()
    rows = Application.objects.exclude(signed_at=None).select_related("domain_listing", "directory_listing")
    return rows.order_by("-applied_at")


def waiting(user: User | AnonymousUser) -> QuerySet[Application]:
    """Those that wait for a decision, the oldest first."""
    return for_operator(user).filter(decided_at=None).order_by("signed_at")


def evidence(application: Application) -> tuple[str, ...]:
    """What the operators have seen, as the law's codes, sorted. A federal listing is no evidence."""
    listing = application.domain_listing
    seen = {
        "mail": application.signed_at is not None,
        "acknowledgement": application.signed_at is not None,
        "call-back": application.called_at is not None,
        "gov-domain": listing is not None and listing.is_listed and not listing.is_federal,
        "directory": application.directory_listing is not None,
        "dns-txt": application.challenge_met_at is not None,
    }
    return tuple(sorted(code for code, is_seen in seen.items() if is_seen))


def facts(application: Application, approvals: int) -> law.Agency:
    """The application as the law judges it. A domain that the .gov list calls federal makes it federal."""
    listing = listings.listing_of(application.domain)
    row = application.directory_listing
    seat = None
    if row is not None and row.lon is not None and row.lat is not None:
        seat = (round(row.lon, 3), round(row.lat, 3))
    return law.Agency(
        id=application.renews_id or application.id,
        name=application.name,
        kind=application.kind,
        level="federal" if listing is not None and listing.is_federal else application.level,
        domain=application.domain,
        region=application.region,
        retention_days=application.retention_days,
        phone=application.phone,
        email=application.email,
        state=application.state,
        seat=seat,
        evidence=evidence(application),
        approvals=approvals,
        suspended=application.renews is not None and application.renews.suspended_at is not None,
    )


def in_the_way(application: Application, regime: Regime, at: datetime) -> tuple[Finding, ...]:
    """What keeps the agency out whatever evidence it brings: its kind, level, domain, retention.

    Raises AgencyError, CanonicalError for facts that no agency has.
    """
    whole = replace(facts(application, 100), evidence=tuple(sorted(EVIDENCE)))
    return law.verify(regime, whole, at).findings


def missing(application: Application, regime: Regime, at: datetime) -> tuple[Finding, ...]:
    """What must still be found out before operators can approve."""
    return law.standing(regime, facts(application, 100), at)


def shown_sha256(application: Application) -> str:
    """The hash of all that an operator is shown: an approval is of this, and of nothing that came later."""
    shown: dict[str, Any] = {name: getattr(application, name) for name in SHOWN}
    shown["sharing"] = sorted(agency.pk for agency in sharing(application))
    return hashlib.sha256(json.dumps(shown, default=str, sort_keys=True).encode()).hexdigest()


def counted(application: Application) -> list[Approval]:
    """The approvals that count: of what is shown now, by people who still operate."""
    rows = Approval.objects.filter(
        application=application,
        shown_sha256=shown_sha256(application),
        operator__is_operator=True,
        operator__is_active=True,
    )
    return list(rows.select_related("operator").order_by("approved_at"))


def holder(application: Application) -> Agency | None:
    """Another agency of this kind that has this domain, verified and not left, or None."""
    rows = Agency.objects.filter(domain=application.domain, kind=application.kind, left_at=None)
    return rows.exclude(pk=application.renews_id).first()


def sharing(application: Application) -> list[Agency]:
    """The other agencies that were ever verified with this very domain, by name."""
    rows = Agency.objects.filter(domain=application.domain)
    return list(rows.exclude(pk__in=(application.pk, application.renews_id or "")).order_by("name", "id"))


def waiting_beside(application: Application) -> list[Application]:
    """Other applications with this very domain that wait for a decision, the oldest first."""
    rows = Application.objects.filter(domain=application.domain, decided_at=None).exclude(signed_at=None)
    return list(rows.exclude(pk=application.pk).order_by("signed_at"))


def warnings(application: Application) -> dict[str, list[Any]]:
    """What may be taken for this agency: listed domains, verified agencies' domains, and names."""
    others = Agency.objects.filter(left_at=None).exclude(pk=application.renews_id)
    like = names.likeness(application.domain)
    telling = names.words(application.name)
    return {
        "listed": listings.look_alikes(application.domain),
        "domains": [
            row for row in others if row.domain != application.domain and names.likeness(row.domain) == like
        ],
        "names": [
            row for row in others if row.state == application.state and names.words(row.name) == telling
        ],
    }
