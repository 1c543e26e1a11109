"""An agency applies; operators gather evidence; two of them approve, and nobody gets in another way."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from pytest_django.fixtures import Settings

from tests.cast import Cast
from tests.fakes.dns_server import NameServer, name_server
from tests.server.agencies import flow
from vicinage.core import leaf
from vicinage.errors import VicinageError
from vicinage.server import clock, manage
from vicinage.server.agencies.actions import AgencyConflictError
from vicinage.server.agencies.applying import actions, challenge, promise, queries
from vicinage.server.agencies.listings.names import likeness
from vicinage.server.agencies.models import Agency, Application, DomainListing, Invitation, ListRun
from vicinage.server.errors import ServerError
from vicinage.server.ledger.models import Entry
from vicinage.server.regime import queries as rules

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def rules_are_in_force(db: None) -> None:
    manage.adopt_regime("public-2021")


@pytest.fixture
def dns(settings: Settings) -> Iterator[NameServer]:
    """A name server that the platform asks."""
    with name_server() as server:
        settings.VICINAGE_DNS = server.address
        yield server


def listed(domain: str, kind: str = "City", state: str = "CA") -> DomainListing:
    """A domain of the .gov list."""
    run = ListRun.objects.create(which="domains", sha256="0" * 64, started_at=clock.now())
    facts = {"organisation": "Oakdale", "suborganisation": "", "city": "Oakdale", "state": state, "run": run}
    return DomainListing.objects.create(domain=domain, kind=kind, likeness=likeness(domain), **facts)


def test_the_whole_way_by_pages_from_the_form_to_the_log(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    row_of_list, outside = listed("oakdale.gov"), Client()
    with django_capture_on_commit_callbacks(execute=True):
        answer = outside.post("/agencies/apply/", {**flow.form(flow.OAKDALE), "apply": "yes"})
    assert answer.status_code == 200
    assert mail.outbox[0].to == ["chief@oakdale.gov"]
    found = flow.LINK.search(str(mail.outbox[0].body))
    assert found is not None
    page = outside.get(found[0])
    assert "at most 90 days" in page.content.decode()
    signature = {"signed_name": "Pat Chief", "signed_title": "Chief", "agrees": "on", "sign": "yes"}
    signature["text_sha256"] = page.context["text_sha256"]
    assert outside.post(found[0], signature).status_code == 302
    row = Application.objects.get()
    own = f"/operation/applications/{row.pk}/"
    olga, otto = cast.olga.client, cast.otto.client
    assert own in olga.get("/operation/").content.decode()
    entry = flow.entry(row)
    shown = olga.get(own).content.decode()
    assert entry.name in shown
    assert flow.OAKDALE.phone not in shown, "the number that the applicant typed is not there to be called"
    olga.post(own, {"entry": entry.pk, "choose": "yes"})
    assert flow.NUMBER in olga.get(own).content.decode()
    olga.post(own, {"person": "The desk", "called": "yes"})
    assert flow.OAKDALE.phone in olga.get(own).content.decode()
    for client in (olga, otto):
        approval = {"shown": client.get(own).context["shown"], "approve": "yes"}
        assert client.post(own, approval).status_code == 302
    agency = Agency.objects.get(domain="oakdale.gov")
    entry_row = Entry.objects.get(kind="agency.verified", subject=agency.pk)
    logged = leaf.parse(bytes(entry_row.leaf))
    assert logged["evidence"] == ["acknowledgement", "call-back", "directory", "gov-domain", "mail"]
    assert (logged["approvals"], logged["state"], logged["seat"]) == (2, "CA", [-118.251, 34.052])
    assert agency.until is not None
    assert agency.verified_at is not None
    assert agency.until == agency.verified_at.replace(microsecond=0) + timedelta(days=365)
    invitation = Invitation.objects.get(agency=agency)
    assert (invitation.email, invitation.is_admin) == ("chief@oakdale.gov", True)
    assert row_of_list.domain == "oakdale.gov"
    assert "chief@" not in str(logged), "no person's name or address is public"


def test_what_was_signed_is_kept_word_by_word_with_its_hash_and_who_and_when(cast: Cast) -> None:
    row = flow.signed(flow.form(flow.OAKDALE), clock.now())
    assert "at most 90 days" in row.signed_text
    assert row.signed_sha256 == promise.digest(row.signed_text)
    assert (row.signed_name, row.signed_title, row.signed_at is None) == ("Pat Chief", "Chief", False)


def test_a_mailed_link_signs_once_and_lapses(cast: Cast) -> None:
    now = clock.now()
    row, token = flow.mailed(flow.form(flow.OAKDALE), now)
    digest = promise.digest(promise.text(row, rules.in_force()))
    with pytest.raises(AgencyConflictError, match="promise-changed"):
        actions.sign(token, "Pat", "Chief", "0" * 64, now)
    with pytest.raises(AgencyConflictError, match="application-link"):
        actions.sign(token, "Pat", "Chief", digest, now + timedelta(days=14))
    for wrong in ("", "x", row.token_sha256, token[:-1]):
        with pytest.raises(AgencyConflictError, match="application-link"):
            actions.sign(wrong, "Mallory", "Chief", digest, now)
    actions.sign(token, "Pat", "Chief", digest, now)
    with pytest.raises(AgencyConflictError, match="application-link"):
        actions.sign(token, "Mallory", "Chief", digest, now)
    assert Application.objects.get().signed_name == "Pat"
    assert Client().get(f"/agencies/apply/{token}/").status_code == 200
    assert Client().get(f"/agencies/apply/{row.token_sha256}/").status_code == 404


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"domain": "gmail.com", "email": "elmfordpd@gmail.com"}, "agency-domain-refused"),
        ({"level": "federal"}, "agency-level"),
        ({"domain": "ero.ice.gov", "email": "desk@ero.ice.gov"}, "agency-domain-refused"),
        ({"retention_days": 30000}, "agency-retention-max"),
        ({"email": "desk@elsewhere.example"}, "agency-domain"),
        ({"domain": "fed.gov", "email": "desk@fed.gov"}, "agency-level"),
        ({"domain": "field.fed.gov", "email": "desk@field.fed.gov"}, "agency-level"),
    ],
    ids=str,
)
def test_who_no_evidence_could_help_is_refused_at_once_and_no_mail_goes_out(
    change: dict[str, Any], rule: str
) -> None:
    listed("fed.gov", "Federal - Executive")
    row, findings = flow.applied(flow.form(replace(flow.OAKDALE, **change)), clock.now())
    assert (row, [finding.rule for finding in findings]) == (None, [rule])
    assert not Application.objects.exists()
    assert not mail.outbox


def test_a_domain_that_becomes_federal_while_the_application_waits_is_refused_at_the_approval(
    cast: Cast,
) -> None:
    listing = listed("oakdale.gov")
    row = flow.waiting(cast.olga.user)
    DomainListing.objects.filter(pk=listing.pk).update(kind="Federal - Judicial")
    assert [finding.rule for finding in flow.approve(row, cast.olga.user).findings] == ["agency-level"]
    assert not Agency.objects.exists()


@pytest.mark.parametrize(
    "email",
    [
        "pat@gmail.com",
        "pat@oakdale.gov.evil.example",
        "pat@sub.oakdale.gov",
        "pat@x@oakdale.gov",
        "@oakdale.gov",
    ],
)
def test_the_link_is_mailed_to_no_address_off_the_agencys_domain(email: str) -> None:
    with pytest.raises(AgencyConflictError, match="applicant-domain"):
        flow.applied({**flow.form(flow.OAKDALE), "applicant_email": email}, clock.now())
    assert not mail.outbox


@pytest.mark.parametrize(
    "change", [{"name": ""}, {"kind": "bank"}, {"level": "x"}, {"retention_days": 0}, {"state": "?!"}]
)
def test_facts_past_the_form_are_refused_by_the_law(change: dict[str, Any]) -> None:
    try:
        row, findings = flow.applied(flow.form(replace(flow.OAKDALE, **change)), clock.now())
    except VicinageError:
        row, findings = None, ()
    else:
        assert findings
    assert row is None
    assert not Application.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        {"domain": "Oakdale.gov."},
        {"domain": "localhost"},
        {"domain": "fire..example"},
        {"domain": "xn--elmfrd-1ua.gov\n.x"},
        {"retention_days": "many"},
        {"kind": "immigration"},
        {"name": "x" * 121},
        {"name": "Fire\x00"},
        {"state": "ZZ"},
        {"phone": ""},
    ],
    ids=str,
)
def test_a_form_that_is_wrong_comes_back_with_its_mistakes(change: dict[str, Any]) -> None:
    answer = Client().post("/agencies/apply/", {**flow.form(flow.OAKDALE), **change})
    assert (answer.status_code, Application.objects.count()) == (422, 0)
    assert answer.context["form"].errors


def test_a_domain_that_is_taken_by_one_of_the_same_kind_is_refused_and_named(cast: Cast) -> None:
    facts = replace(flow.OAKDALE, domain=cast.agency.domain, email=f"d@{cast.agency.domain}")
    answer = Client().post("/agencies/apply/", flow.form(replace(facts, kind=cast.agency.kind)))
    assert answer.status_code == 422
    assert "is that of Elmford Police Department" in answer.content.decode()


def test_no_more_than_three_links_a_day_go_to_one_domain() -> None:
    now = clock.now()
    for _ in range(3):
        flow.mailed(flow.form(flow.OAKDALE), now)
    with pytest.raises(AgencyConflictError, match="application-too-many"):
        flow.applied(flow.form(flow.OAKDALE, "other"), now)
    assert flow.mailed(flow.form(flow.OAKDALE), now + timedelta(days=1))


@pytest.mark.parametrize("lacking", ["signature", "call", "domain"])
def test_no_approval_before_the_evidence_is_whole(lacking: str, cast: Cast) -> None:
    now = clock.now()
    row, _token = flow.mailed(flow.form(flow.OAKDALE), now)
    if lacking == "signature":
        with pytest.raises(AgencyConflictError, match="application-decided"):
            flow.approve(row, cast.olga.user)
        return
    row = flow.signed(flow.form(flow.OAKDALE), now)
    if lacking == "call":
        actions.choose_entry(row.pk, flow.entry(row).pk, cast.olga.user)
    else:
        actions.note_call(
            row.pk, "The desk", cast.olga.user, now, number="213-555-0100", source="The town's site"
        )
    row.refresh_from_db()
    missing = flow.approve(row, cast.olga.user).findings
    assert [finding.rule for finding in missing] == ["agency-evidence"]
    assert not row.approvals.exists()


def test_a_department_without_a_gov_domain_gets_in_by_dns(cast: Cast, dns: NameServer) -> None:
    now = clock.now()
    row = flow.signed(
        flow.form(replace(flow.OAKDALE, domain="oakdalefire.org", email="desk@oakdalefire.org")), now
    )
    name = challenge.record_name(row.domain)
    assert actions.check_challenge(row.pk, now) is False
    dns.records[name] = ["v=spf1 -all", "vicinage-verify=" + "0" * 32]
    assert actions.check_challenge(row.pk, now) is False, "another applicant's record"
    dns.aliases[name], dns.records["evil.example"] = "evil.example", [challenge.record_text(row.challenge)]
    assert actions.check_challenge(row.pk, now) is False, "an alias to a domain of somebody else"
    dns.aliases.clear()
    dns.records[name].append(challenge.record_text(row.challenge))
    assert actions.check_challenge(row.pk, now) is True
    assert set(dns.asked) == {"_vicinage.oakdalefire.org"}
    actions.note_call(
        row.pk, "The desk", cast.olga.user, now, number="213-555-0100", source="The county's site"
    )
    row.refresh_from_db()
    assert flow.approve(row, cast.olga.user).agency is None
    agency = flow.approve(row, cast.otto.user).agency
    assert agency is not None
    assert agency.evidence == "acknowledgement call-back dns-txt mail"


def test_a_name_server_that_is_silent_is_said_and_nothing_is_noted(
    cast: Cast, dns: NameServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(challenge, "WAIT_S", 0.3)
    dns.is_silent = True
    row = flow.signed(flow.form(flow.OAKDALE), clock.now())
    with pytest.raises(ServerError, match="dns-silent"):
        actions.check_challenge(row.pk, clock.now())
    row.refresh_from_db()
    assert row.challenge_met_at is None


def test_the_call_goes_to_the_directorys_number_whatever_else_was_sent(cast: Cast) -> None:
    row = flow.waiting(cast.olga.user)
    actions.note_call(
        row.pk, "Mallory", cast.olga.user, clock.now(), number="900-555-6666", source="the applicant"
    )
    row.refresh_from_db()
    assert (row.called_number, row.called_source) == (
        flow.NUMBER,
        f"directory entry {row.directory_listing_id}",
    )
    actions.choose_entry(row.pk, None, cast.olga.user)
    row.refresh_from_db()
    assert row.called_at is None, "another entry, another call"
    with pytest.raises(AgencyConflictError, match="call-back-source"):
        actions.note_call(row.pk, "Mallory", cast.olga.user, clock.now(), number="900-555-6666")


def test_an_entry_of_another_state_is_not_chosen(cast: Cast) -> None:
    row = flow.signed(flow.form(flow.OAKDALE), clock.now())
    other = flow.entry(
        flow.signed(
            flow.form(replace(flow.OAKDALE, state="TX", domain="oaktx.gov", email="d@oaktx.gov")), clock.now()
        )
    )
    with pytest.raises(AgencyConflictError, match="directory-none"):
        actions.choose_entry(row.pk, other.pk, cast.olga.user)


def test_look_alikes_are_shown_to_the_operator(cast: Cast) -> None:
    listed("oakdale.gov")
    assert cast.agency
    row = flow.waiting(
        cast.olga.user, domain="0akdale-gov.com", email="desk@0akdale-gov.com", name="Elmford Police Dept."
    )
    page = cast.olga.client.get(f"/operation/applications/{row.pk}/").content.decode()
    assert "oakdale.gov in the .gov list" in page
    assert "Elmford Police Department, verified, with the same name in this state" in page
    assert queries.evidence(row) == ("acknowledgement", "call-back", "directory", "mail"), "no .gov domain"


def test_a_refusal_has_a_reason_that_the_applicant_reads_and_ends_it(cast: Cast) -> None:
    now = clock.now()
    row, token = flow.mailed(flow.form(flow.OAKDALE), now)
    digest = promise.digest(promise.text(row, rules.in_force()))
    actions.sign(token, "Pat", "Chief", digest, now)
    with pytest.raises(AgencyConflictError, match="refusal-reason"):
        actions.refuse(row.pk, " ", cast.olga.user, now)
    answer = cast.olga.client.post(
        f"/operation/applications/{row.pk}/", {"reason": "Nobody knew it.", "refuse": "yes"}
    )
    assert answer.status_code == 302
    assert "Nobody knew it." in Client().get(f"/agencies/apply/{token}/").content.decode()
    with pytest.raises(AgencyConflictError, match="application-decided"):
        flow.approve(row, cast.olga.user)


@pytest.mark.parametrize("who", ["alice", "carol", "dave", "erin", "mallory"])
def test_nobody_but_an_operator_sees_or_decides_an_application(who: str, cast: Cast) -> None:
    assert cast.agency
    row = flow.waiting(cast.olga.user)
    client = getattr(cast, who).client
    own = f"/operation/applications/{row.pk}/"
    assert client.get(own).status_code == client.post(own, {"approve": "yes"}).status_code == 404
    with pytest.raises(AgencyConflictError, match="operator-only"):
        flow.approve(row, getattr(cast, who).user)
