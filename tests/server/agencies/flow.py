"""The way that an agency comes in, step by step, for tests that need one."""

import re
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from django.core import mail
from django.test import TestCase

from vicinage.core.agency import Agency as AgencyFacts
from vicinage.core.event import Finding
from vicinage.server import clock
from vicinage.server.accounts.models import User
from vicinage.server.agencies.applying import actions, promise, queries
from vicinage.server.agencies.models import Agency, Application, DirectoryListing, Invitation, ListRun
from vicinage.server.regime import queries as rules

LINK = re.compile(r"/agencies/apply/([^/\s<]+)/")
NUMBER = "213-555-0100"


def form(facts: AgencyFacts, applicant: str = "chief") -> dict[str, Any]:
    """The fields of an application with these facts."""
    names = ("name", "kind", "level", "domain", "state", "region", "retention_days", "phone", "email")
    given = asdict(facts)
    return {**{name: given[name] for name in names}, "applicant_email": f"{applicant}@{facts.domain}"}


def mailed(fields: dict[str, Any], at: datetime, **more: Any) -> tuple[Application, str]:
    """Apply, and read the mail: the application and the link's token."""
    row, findings = applied(fields, at, **more)
    assert row is not None, findings
    found = LINK.search(str(mail.outbox.pop().body))
    assert found is not None
    return row, found[1]


def applied(
    fields: dict[str, Any], at: datetime, **more: Any
) -> tuple[Application | None, tuple[Finding, ...]]:
    """Apply; the mail goes out as at a commit."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        return actions.apply(fields, at, **more)


def signed(fields: dict[str, Any], at: datetime, **more: Any) -> Application:
    """Apply, and sign the promise by the mailed link."""
    row, token = mailed(fields, at, **more)
    text = promise.text(row, rules.in_force(at))
    return actions.sign(token, "Pat Chief", "Chief", promise.digest(text), at)


def entry(application: Application, phone: str = NUMBER) -> DirectoryListing:
    """An entry of the directory for this applicant."""
    run = ListRun.objects.create(
        which="directory", sha256="0" * 64, started_at=clock.now(), finished_at=clock.now()
    )
    return DirectoryListing.objects.create(
        id=f"T{run.pk}",
        name=application.name.upper(),
        phone=phone,
        address="1 MAIN STREET",
        city=application.region.upper(),
        state=application.state,
        county="",
        lon=-118.2512345,
        lat=34.0523456,
        run=run,
    )


def looked_into(application: Application, operator: User, at: datetime) -> Application:
    """An operator finds the directory's entry and calls its number."""
    actions.choose_entry(application.pk, entry(application).pk, operator)
    actions.note_call(application.pk, "Sgt. Front Desk", operator, at)
    return Application.objects.get(pk=application.pk)


def admitted(facts: AgencyFacts, first: User, second: User, at: datetime | None = None) -> Agency:
    """The whole way, with two operators. What was mailed on it is not kept, nor the chief's invitation."""
    at, before = at or clock.now(), len(mail.outbox)
    row = looked_into(signed(form(facts), at), first, at)
    for operator in (first, second):
        done = actions.approve(row.pk, queries.shown_sha256(row), operator, at)
        assert done.findings == ()
    del mail.outbox[before:]
    agency = Agency.objects.get(domain=facts.domain, kind=facts.kind, left_at=None)
    Invitation.objects.filter(agency=agency).delete()
    return agency


OAKDALE = AgencyFacts(
    id="",
    name="Oakdale Fire Department",
    kind="fire",
    level="county",
    domain="oakdale.gov",
    region="Oakdale County",
    retention_days=90,
    phone="+1 555 010 0142",
    email="desk@oakdale.gov",
    state="CA",
)


def waiting(operator: User, **changes: Any) -> Application:
    """Oakdale's application with all evidence, that waits for two approvals."""
    row = signed(form(replace(OAKDALE, **changes)), clock.now())
    return looked_into(row, operator, clock.now())


def approve(row: Application, operator: User) -> actions.Approved:
    """This operator approves what is shown now."""
    return actions.approve(row.pk, queries.shown_sha256(row), operator, clock.now())
