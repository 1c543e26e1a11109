"""Who may act for an agency, and from when to when: roles, invitations, domains, removal, keys."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from tests.cast import NOW, PASSWORD, Cast, Person
from tests.server import civic
from tests.server.handovers import giving
from vicinage.errors import VicinageError
from vicinage.seal.keys import Identity
from vicinage.server import clock
from vicinage.server.accounts import actions as accounts
from vicinage.server.accounts.models import User
from vicinage.server.agencies import actions, queries
from vicinage.server.agencies.actions import AgencyConflictError
from vicinage.server.agencies.keys import actions as keys
from vicinage.server.agencies.models import Agency, AgencyKey, Invitation, Officer
from vicinage.server.agencies.officers import actions as officers
from vicinage.server.ledger.models import Entry
from vicinage.server.rfas.models import Submission

pytestmark = pytest.mark.django_db
GINA = "gina@police.elmford.example"


def gina() -> Person:
    """Somebody new at Elmford's police, with an account."""
    return Person(*accounts.create_person(GINA, PASSWORD))


def invited(cast: Cast, **change: Any) -> str:
    """Carol invites Gina; the token."""
    given: dict[str, Any] = {"may_ask": True, "may_collect": True, "is_admin": False, "at": NOW}
    return officers.invite(cast.carol.user, **{"email": GINA, **given, **change})


@pytest.mark.parametrize(
    ("after", "holds"),
    [
        (timedelta(0), True),
        (timedelta(days=90) - timedelta(seconds=1), True),
        (timedelta(days=90), False),
        (timedelta(days=3650), False),
    ],
)
def test_an_invitation_is_good_for_ninety_days_to_the_second(
    after: timedelta, holds: bool, cast: Cast
) -> None:
    token, person = invited(cast), gina()
    assert (queries.invitation(token, NOW + after) is not None) is holds
    assert queries.open_invitations(cast.agency, NOW + after).exists() is holds
    if holds:
        assert actions.accept_invitation(token, person.user, NOW + after).user == person.user
    else:
        with pytest.raises(AgencyConflictError, match="invitation-not-yours"):
            actions.accept_invitation(token, person.user, NOW + after)
        assert Officer.objects.filter(user__email=GINA).count() == 0


@pytest.mark.parametrize(
    "email",
    [
        "gina@evil.example",
        "gina@police.elmford.example.evil.example",
        "gina@sub.police.elmford.example",
        "gina@xpolice.elmford.example",
        "gina@police.elmford.example@evil.example",
        "gina@police.elmford.exаmple",
        "police.elmford.example",
        "gina@police.elmford.example.",
        "",
    ],
)
def test_an_address_that_only_looks_like_the_domains_is_not_invited(email: str, cast: Cast) -> None:
    with pytest.raises(AgencyConflictError, match="officer-domain"):
        invited(cast, email=email)
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("email", ["Gina@Police.Elmford.Example", "GINA@POLICE.ELMFORD.EXAMPLE"])
def test_the_letter_case_of_an_address_keeps_nobody_out(email: str, cast: Cast) -> None:
    token, person = invited(cast, email=email), gina()
    assert actions.accept_invitation(token, person.user, NOW).agency == cast.agency


def test_who_changes_the_address_after_the_invitation_is_not_whom_it_was_sent_to(cast: Cast) -> None:
    token, person = invited(cast), gina()
    User.objects.filter(pk=person.user.pk).update(email="gina@homes.example")
    person.user.refresh_from_db()
    with pytest.raises(AgencyConflictError, match="invitation-not-yours"):
        actions.accept_invitation(token, person.user, NOW)


@pytest.mark.parametrize("token", ["", "x", "\x00", "a" * 5000, "é", "%s", "' OR 1=1 --"])
def test_what_is_no_token_opens_nothing(token: str, cast: Cast) -> None:
    invited(cast)
    person = gina()
    assert queries.invitation(token, NOW) is None
    with pytest.raises(AgencyConflictError):
        actions.accept_invitation(token, person.user, NOW)
    assert not Officer.objects.filter(user__email=GINA).exists()


def test_the_kept_hash_of_a_token_is_no_token(cast: Cast) -> None:
    invited(cast)
    assert queries.invitation(Invitation.objects.get().token_sha256, NOW) is None


def test_an_officer_of_one_agency_cannot_join_a_second(cast: Cast) -> None:
    token = invited(cast, email="carol@police.elmford.example")
    with pytest.raises(AgencyConflictError, match="officer-already"):
        actions.accept_invitation(token, cast.carol.user, NOW)
    assert Invitation.objects.get().accepted_at is None, "what failed has not used the invitation up"
    assert Officer.objects.filter(user=cast.carol.user).count() == 1


def test_who_was_removed_may_be_invited_again_with_less_authority(cast: Cast) -> None:
    officer = Officer.objects.get(user=cast.dave.user)
    actions.remove_officer(officer.pk, cast.agency.id, cast.olga.user, NOW)
    token = invited(cast, email=cast.dave.user.email, may_collect=False)
    actions.accept_invitation(token, cast.dave.user, clock.now())
    now = queries.officer_of(cast.dave.user)
    assert now is not None
    assert (now.may_ask, now.may_collect, now.pk == officer.pk) == (True, False, False)
    assert cast.dave.client.get("/agency/key/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_two_that_accept_one_invitation_at_once_make_one_officer(cast: Cast) -> None:
    token, person = invited(cast), gina()
    made: list[str] = []

    def press() -> None:
        try:
            actions.accept_invitation(token, person.user, NOW)
            made.append("officer")
        except AgencyConflictError as error:
            made.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made.count("officer") == 1
    assert len(made) == 4
    assert Officer.objects.filter(user=person.user).count() == 1


@pytest.mark.parametrize("act", ["invite", "suspend", "reinstate", "let-go", "remove"])
def test_an_operator_who_lost_the_role_meanwhile_changes_nothing(act: str, cast: Cast) -> None:
    officer = Officer.objects.get(user=cast.carol.user)
    entries = Entry.objects.count()
    User.objects.filter(pk=cast.olga.user.pk).update(is_operator=False)
    agency, olga, at = cast.agency.pk, cast.olga.user, clock.now()
    attempts: dict[str, Callable[[], object]] = {
        "invite": lambda: actions.invite_admin(agency, GINA, operator=olga, at=at),
        "suspend": lambda: actions.suspend(agency, "It asked for faces.", olga, at),
        "reinstate": lambda: actions.reinstate(agency, olga, at),
        "let-go": lambda: actions.let_go(agency, olga, at),
        "remove": lambda: actions.remove_officer(officer.pk, agency, olga, at),
    }
    with pytest.raises(AgencyConflictError, match="operator-only"):
        attempts[act]()
    assert queries.officer_of(cast.carol.user) is not None
    assert Entry.objects.count() == entries


def test_an_officer_is_removed_under_the_own_agency_alone(cast: Cast) -> None:
    officer = Officer.objects.get(user=cast.carol.user)
    civic.officer_elsewhere(cast)
    other = Agency.objects.exclude(pk=cast.agency.pk).get()
    answer = cast.olga.client.post(f"/operation/agencies/{other.pk}/", {"remove": str(officer.pk)})
    assert answer.status_code == 409
    assert queries.officer_of(cast.carol.user) is not None


@pytest.mark.parametrize("number", ["", "-1", "0", "1e3", "१", "9" * 19, "9" * 5000, "1; DROP TABLE"])
def test_an_odd_number_of_an_officer_removes_nobody(number: str, cast: Cast) -> None:
    assert cast.carol.user
    answer = cast.olga.client.post(f"/operation/agencies/{cast.agency.pk}/", {"remove": number})
    assert answer.status_code in (404, 409)
    assert Officer.objects.filter(removed_at=None).count() == 1


def test_who_is_removed_with_a_form_open_can_do_nothing_any_more(
    cast: Cast,
) -> None:
    scene = giving.set_scene(cast)
    handover = giving.given(scene)
    client, before = cast.carol.client, (Submission.objects.count(), AgencyKey.objects.count())
    inside = (
        f"/agency/handovers/{handover}/",
        "/agency/handovers/",
    )
    assert all(client.get(path).status_code == 200 for path in inside)
    officer = Officer.objects.get(user=cast.carol.user)
    actions.remove_officer(officer.pk, cast.agency.id, cast.olga.user, NOW)
    assert [client.get(path).status_code for path in inside] == [404] * 2
    assert client.post("/agency/rfas/new/", {**civic.form(), "submit": "yes"}).status_code == 404
    assert client.post(f"/agency/rfas/{scene.rfa.id}/resolve/").status_code == 404
    key = {"recipient": Identity.generate().recipient}
    assert client.post("/api/agency/key", key, content_type="application/json").status_code == 404
    with pytest.raises(VicinageError, match="officer-may-not-collect"):
        keys.publish_key(cast.carol.user, key["recipient"], clock.now())
    assert (Submission.objects.count(), AgencyKey.objects.count()) == before
    assert client.get("/home/").status_code == 200, "a person like others again"
