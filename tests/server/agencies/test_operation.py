"""The operator's pages of agencies; what the database keeps; an officer publishes the key."""

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from tests.cast import Cast
from tests.server import civic
from vicinage.seal.keys import Identity
from vicinage.server.agencies import queries
from vicinage.server.agencies.models import Agency, AgencyKey, Officer

pytestmark = pytest.mark.django_db


def test_a_verified_agency_cannot_be_changed_by_anyone(cast: Cast) -> None:
    agency = cast.agency
    agency.name = "Another name"
    for attempt in (agency.save, agency.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()


@pytest.mark.parametrize("who", ["alice", "carol", "dave", "erin", "mallory"])
def test_nobody_but_an_operator_reaches_the_operators_pages(cast: Cast, who: str) -> None:
    client = getattr(cast, who).client
    for page in ("/operation/", f"/operation/agencies/{cast.agency.id}/"):
        assert client.get(page).status_code == 404
        assert client.post(page, {"reason": "No.", "suspend": "yes"}).status_code in (404, 405)
    assert Agency.objects.get().suspended_at is None


def test_an_officer_removed_is_out_at_once(cast: Cast) -> None:
    client = cast.carol.client
    assert client.get("/agency/").status_code == 200
    officer = Officer.objects.get(user=cast.carol.user)
    cast.olga.client.post(f"/operation/agencies/{cast.agency.id}/", {"remove": str(officer.id)})
    assert client.get("/agency/").status_code == 404
    again = cast.olga.client.post(f"/operation/agencies/{cast.agency.id}/", {"remove": str(officer.id)})
    assert again.status_code == 409


def test_the_agencys_key_is_published_by_page_and_by_interface_and_the_first_holds_meanwhile(
    cast: Cast,
) -> None:
    client = cast.carol.client
    first, second = Identity.generate().recipient, Identity.generate().recipient
    assert client.post("/agency/key/", {"recipient": first}).status_code == 302
    answer = client.post("/api/agency/key", {"recipient": second}, content_type="application/json")
    assert answer.status_code == 201
    civic.log()
    current = queries.current_key(cast.agency.id)
    assert current is not None
    assert current.recipient == first, "the second cools"
    page = Client().get(f"/agencies/{cast.agency.id}/").content.decode()
    assert first in page


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
