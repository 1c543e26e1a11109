"""The operator enters and verifies agencies and invites officers; an officer publishes the key."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import DatabaseError, transaction
from django.test import Client

from tests.cast import NOW, PASSWORD, Cast, Person
from tests.server import civic
from vicinage.seal.keys import Identity
from vicinage.server.accounts import actions as accounts
from vicinage.server.agencies import actions, queries
from vicinage.server.agencies.models import Agency, AgencyKey, Invitation, Officer
from vicinage.server.ledger.models import Entry

pytestmark = pytest.mark.django_db


def facts(**changes: Any) -> dict[str, Any]:
    """The form's fields of a lawful agency."""
    given = vars(civic.facts(**changes)).copy()
    del given["id"]
    return given


def test_olga_enters_and_verifies_an_agency_and_the_log_says_so(cast: Cast) -> None:
    assert cast.agency
    client = cast.olga.client
    address = client.post("/operation/agencies/new/", facts()).headers["Location"]
    agency = Agency.objects.get(domain="fire.oakdale.example")
    assert agency.id in address
    assert Client().get(f"/agencies/{agency.id}/").status_code == 404
    assert client.post(address, {"verify": "yes"}).status_code == 302
    civic.log()
    assert "Oakdale Fire Department" in Client().get("/agencies/").content.decode()
    assert Client().get(f"/agencies/{agency.id}/").status_code == 200
    assert Entry.objects.filter(kind="agency.verified", subject=agency.id).count() == 1
    assert client.post(address, {"verify": "yes"}).status_code == 409


def test_a_federal_agency_is_refused_with_its_finding_and_not_entered(cast: Cast) -> None:
    assert cast.agency
    answer = cast.olga.client.post("/operation/agencies/new/", facts(level="federal"))
    assert answer.status_code == 422
    assert [finding.rule for finding in answer.context["findings"]] == ["agency-level"]
    assert "no federal and no immigration agencies" in answer.content.decode()
    assert Agency.objects.count() == 1


def test_a_federal_agency_cannot_be_slipped_past_the_form(cast: Cast) -> None:
    assert cast.agency
    row = Agency.objects.create(**{**vars(civic.facts(level="federal")), "id": "a" * 16}, created_at=NOW)
    found = actions.verify_agency(row.id, cast.olga.user, NOW)
    assert [finding.rule for finding in found] == ["agency-level"]
    row.refresh_from_db()
    assert row.verified_at is None
    assert not Entry.objects.filter(subject=row.id).exists()


def test_an_agency_with_an_address_elsewhere_or_a_known_domain_is_refused(cast: Cast) -> None:
    assert cast.agency
    client = cast.olga.client
    elsewhere = client.post("/operation/agencies/new/", facts(email="desk@mail.example"))
    assert [finding.rule for finding in elsewhere.context["findings"]] == ["agency-domain"]
    domain = cast.agency.domain
    known = client.post("/operation/agencies/new/", facts(domain=domain, email=f"desk@{domain}"))
    assert known.status_code == 409
    assert Agency.objects.count() == 1


def test_a_verified_agency_cannot_be_changed_by_anyone(cast: Cast) -> None:
    agency = cast.agency
    agency.name = "Another name"
    for attempt in (agency.save, agency.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()


@pytest.mark.parametrize("who", ["alice", "carol", "dave", "erin", "mallory"])
def test_nobody_but_an_operator_reaches_the_operators_pages(cast: Cast, who: str) -> None:
    client = getattr(cast, who).client
    for page in ("/operation/", "/operation/agencies/new/", f"/operation/agencies/{cast.agency.id}/"):
        assert client.get(page).status_code == 404
        assert client.post(page, {**facts(), "verify": "yes"}).status_code in (404, 405)
    assert Agency.objects.count() == 1


def test_an_invitation_goes_by_mail_works_once_and_for_its_address_alone(cast: Cast) -> None:
    assert cast.agency
    page = f"/operation/agencies/{cast.agency.id}/"
    answer = cast.olga.client.post(
        page, {"email": "gina@police.elmford.example", "may_ask": "on", "invite": "yes"}
    )
    link = re.search(r"/agency/join/[^/\s<]+/", str(mail.outbox[0].body))
    assert link is not None
    assert mail.outbox[0].to == ["gina@police.elmford.example"]
    assert link[0] in answer.content.decode()
    gina = Person(*accounts.create_person("gina@police.elmford.example", PASSWORD))
    assert cast.mallory.client.get(link[0]).status_code == 404
    assert cast.mallory.client.post(link[0]).status_code == 409
    assert "Elmford" in gina.client.get(link[0]).content.decode()
    assert gina.client.post(link[0]).status_code == 302
    officer = Officer.objects.get(user=gina.user)
    assert (officer.may_ask, officer.may_collect) == (True, False)
    assert gina.client.post(link[0]).status_code == 409
    assert Invitation.objects.get().token_sha256 not in link[0]


def test_an_invitation_lapses_after_ninety_days(cast: Cast) -> None:
    token = actions.invite_officer(
        cast.agency.id,
        "gina@police.elmford.example",
        may_ask=True,
        may_collect=True,
        operator=cast.olga.user,
        at=NOW,
    )
    assert queries.invitation(token, NOW + timedelta(days=89)) is not None
    assert queries.invitation(token, NOW + timedelta(days=91)) is None


def test_an_address_off_the_agencys_domain_is_never_an_officer(cast: Cast) -> None:
    page = f"/operation/agencies/{cast.agency.id}/"
    answer = cast.olga.client.post(page, {"email": "mallory@homes.example", "may_ask": "on", "invite": "yes"})
    assert answer.status_code == 409
    with pytest.raises(actions.AgencyConflictError, match="officer-domain"):
        actions.add_officer(cast.agency, cast.mallory.user, may_ask=True, may_collect=True, at=NOW)
    assert not Invitation.objects.exists()
    assert not mail.outbox


def test_an_officer_removed_is_out_at_once(cast: Cast) -> None:
    client = cast.carol.client
    assert client.get("/agency/").status_code == 200
    officer = Officer.objects.get(user=cast.carol.user)
    cast.olga.client.post(f"/operation/agencies/{cast.agency.id}/", {"remove": str(officer.id)})
    assert client.get("/agency/").status_code == 404
    again = cast.olga.client.post(f"/operation/agencies/{cast.agency.id}/", {"remove": str(officer.id)})
    assert again.status_code == 409


def test_the_agencys_key_is_published_by_page_and_by_interface_and_the_newest_holds(cast: Cast) -> None:
    client = cast.carol.client
    first, second = Identity.generate().recipient, Identity.generate().recipient
    assert client.post("/agency/key/", {"recipient": first}).status_code == 302
    answer = client.post("/api/agency/key", {"recipient": second}, content_type="application/json")
    assert answer.status_code == 201
    civic.log()
    current = queries.current_key(cast.agency.id)
    assert current is not None
    assert current.recipient == second
    page = Client().get(f"/agencies/{cast.agency.id}/").content.decode()
    assert second in page
    assert first not in page


def test_what_is_no_key_is_refused_in_both_ways_and_nothing_is_written(cast: Cast) -> None:
    client = cast.carol.client
    sound = Identity.generate().recipient
    broken = sound[:-1] + ("p" if sound[-1] == "q" else "q")
    for recipient in ("age1", "AGE-SECRET-KEY-1" + "Q" * 58, broken, ""):
        assert client.post("/agency/key/", {"recipient": recipient}).status_code in (400, 422)
        answer = client.post("/api/agency/key", {"recipient": recipient}, content_type="application/json")
        assert answer.status_code in (400, 422)
    assert not AgencyKey.objects.exists()


def test_only_who_may_collect_publishes_a_key(cast: Cast) -> None:
    recipient = Identity.generate().recipient
    for person in (cast.dave, cast.alice, cast.olga):
        assert person.client.get("/agency/key/").status_code == 404
        answer = person.client.post(
            "/api/agency/key", {"recipient": recipient}, content_type="application/json"
        )
        assert answer.status_code == 404
    assert (
        Client()
        .post("/api/agency/key", {"recipient": recipient}, content_type="application/json")
        .status_code
        == 401
    )
    assert not AgencyKey.objects.exists()
