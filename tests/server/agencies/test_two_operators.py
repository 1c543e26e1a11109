"""Two people approve, each what they were shown; at once, twice, or as one person in two accounts."""

import threading
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection

from tests.cast import PASSWORD, Cast
from tests.server.agencies import flow
from vicinage.errors import VicinageError
from vicinage.server import clock, manage
from vicinage.server.accounts import actions as accounts
from vicinage.server.agencies.actions import AgencyConflictError
from vicinage.server.agencies.applying import actions, doubles, queries
from vicinage.server.agencies.models import Agency
from vicinage.server.ledger.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def rules_are_in_force(db: None) -> None:
    manage.adopt_regime("public-2021")


def test_it_takes_two_people(cast: Cast) -> None:
    row = flow.waiting(cast.olga.user)
    assert flow.approve(row, cast.olga.user).agency is None
    with pytest.raises(AgencyConflictError, match="approved-already"):
        flow.approve(row, cast.olga.user)
    assert not Agency.objects.exists()
    assert flow.approve(row, cast.otto.user).agency is not None


@pytest.mark.parametrize("email", ["olga+2@homes.example", "OLGA@homes.example.", "o.lga@homes.example"])
def test_two_accounts_of_one_mailbox_are_one_operator(email: str, cast: Cast) -> None:
    address = email.rstrip(".").replace("OLGA", "olga+")
    second, _ = accounts.create_person(address, PASSWORD, is_operator=True)
    row = flow.waiting(cast.olga.user)
    flow.approve(row, cast.olga.user)
    with pytest.raises(AgencyConflictError, match="operators-are-one"):
        actions.approve(row.pk, queries.shown_sha256(row), second, clock.now())
    assert not Agency.objects.exists()


def test_two_accounts_with_one_authenticator_are_one_operator(cast: Cast) -> None:
    second, _ = accounts.create_person("other@homes.example", PASSWORD, cast.olga.secret, is_operator=True)
    assert doubles.are_one(cast.olga.user, second)
    assert not doubles.are_one(cast.olga.user, cast.otto.user)
    row = flow.waiting(cast.olga.user)
    flow.approve(row, cast.olga.user)
    with pytest.raises(AgencyConflictError, match="operators-are-one"):
        actions.approve(row.pk, queries.shown_sha256(row), second, clock.now())


def test_two_accounts_with_one_passkey_are_one_operator(cast: Cast) -> None:
    for person in (cast.olga, cast.otto):
        Authenticator.objects.create(
            user=person.user, type=Authenticator.Type.WEBAUTHN, data={"credential": {"id": "same"}}
        )
    assert doubles.are_one(cast.olga.user, cast.otto.user)


def test_an_operator_of_the_agencys_own_domain_does_not_approve_it(cast: Cast) -> None:
    inside, _ = accounts.create_person("ida@oakdale.gov", PASSWORD, is_operator=True)
    row = flow.waiting(cast.olga.user)
    with pytest.raises(AgencyConflictError, match="operator-is-applicant"):
        actions.approve(row.pk, queries.shown_sha256(row), inside, clock.now())


def test_an_approval_is_of_what_was_shown_and_of_nothing_later(cast: Cast) -> None:
    row = flow.waiting(cast.olga.user)
    shown = queries.shown_sha256(row)
    flow.approve(row, cast.olga.user)
    actions.note_call(row.pk, "Somebody else", cast.olga.user, clock.now())
    with pytest.raises(AgencyConflictError, match="application-changed"):
        actions.approve(row.pk, shown, cast.otto.user, clock.now())
    row.refresh_from_db()
    assert queries.counted(row) == []
    assert flow.approve(row, cast.otto.user).agency is None, "Olga's approval was of something else"
    assert flow.approve(row, cast.olga.user).agency is not None


def test_an_approval_of_one_who_operates_no_more_does_not_count(cast: Cast) -> None:
    row = flow.waiting(cast.olga.user)
    flow.approve(row, cast.olga.user)
    cast.olga.user.is_operator = False
    cast.olga.user.save()
    assert flow.approve(row, cast.otto.user).agency is None
    assert not Agency.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_approvals_at_once_make_one_agency_and_one_entry(cast: Cast) -> None:
    row, people = flow.waiting(cast.olga.user), (cast.olga, cast.otto)
    made: list[Agency | str | None] = []
    start = threading.Barrier(4)

    def press(who: Any) -> None:
        start.wait()
        try:
            made.append(flow.approve(row, who.user).agency)
        except VicinageError as error:
            made.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=(who,)) for who in people * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Agency.objects.filter(domain="oakdale.gov").count() == 1
    assert Entry.objects.filter(kind="agency.verified").count() == 1
    assert sum(isinstance(result, Agency) for result in made) == 1
    assert {code for code in made if isinstance(code, str)} <= {"approved-already", "application-decided"}


def test_of_two_applications_of_one_kind_with_one_domain_one_gets_in(cast: Cast) -> None:
    first, second = flow.waiting(cast.olga.user), flow.waiting(cast.olga.user, name="Oakdale Fire")
    for row in (first, second):
        flow.approve(row, cast.olga.user)
    assert flow.approve(first, cast.otto.user).agency is not None
    with pytest.raises(AgencyConflictError, match="agency-domain-taken"):
        flow.approve(second, cast.otto.user)
    assert Agency.objects.filter(domain="oakdale.gov").count() == 1
    assert Entry.objects.filter(kind="agency.verified").count() == 1
