"""What a person chose holds on every page of theirs, and under every set of rules that comes after."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail as django_mail
from django.test import Client

from tests.cast import Cast
from tests.server import civic
from tests.server.mediation.passing import mediated_rules
from vicinage.server import clock
from vicinage.server.accounts import actions, queries
from vicinage.server.accounts.models import Choices
from vicinage.server.mediation import rounds
from vicinage.server.regime import queries as rules

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("what", ["rfas", "everything"])
def test_who_sees_none_finds_none_in_the_feed_while_signed_in_and_the_public_page_all_the_same(
    cast: Cast, what: str
) -> None:
    rfa = civic.published(cast)
    client = cast.alice.client
    assert rfa.title in client.get("/").content.decode()
    actions.opt_out(cast.alice.user, what)
    page = client.get("/").content.decode()
    assert rfa.title not in page
    assert "You chose to see no requests" in page
    assert client.get(f"/rfas/{rfa.id}/").status_code == 200
    assert client.get(f"/home/rfas/{rfa.id}/answer/").status_code == 200
    for other in (Client(), cast.bob.client):
        assert rfa.title in other.get("/").content.decode()


@pytest.mark.parametrize(("what", "shows"), [("rfas", "false"), ("everything", "false"), ("mail", "true")])
def test_the_library_looks_for_no_requests_for_who_sees_none(cast: Cast, what: str, shows: str) -> None:
    assert cast.alices_home
    actions.opt_out(cast.alice.user, what)
    assert f'{{"shows_rfas": {shows}}}' in cast.alice.client.get("/home/").content.decode()


def test_posts_of_agencies_stay_in_the_feed_of_who_sees_no_requests(cast: Cast) -> None:
    civic.published(cast)
    actions.opt_out(cast.alice.user, "rfas")
    page = cast.alice.client.get("/").content.decode()
    assert "No requests yet" not in page


def at(monkeypatch: pytest.MonkeyPatch, when: datetime) -> None:
    """It is that time now."""
    monkeypatch.setattr(clock, "now", lambda: when)


def test_an_opt_out_holds_through_every_change_of_the_rules(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.VICINAGE_MAIL_SPREAD = 0
    mediated_rules(cast)
    assert cast.alices_home
    assert cast.mallorys_home
    actions.opt_out(cast.alice.user, "everything")
    kept = Choices.objects.values().get()
    turns = [clock.now()]
    for name in ("public-2021", "closed-2024", "mediated-2019"):
        turns.append(civic.announce(name, days=30, at=turns[-1] + timedelta(minutes=1)))
        at(monkeypatch, turns[-1] + timedelta(minutes=2))
        assert rules.in_force().name == name
        assert Choices.objects.values().get() == kept
        assert not queries.choices_of(cast.alice.user).takes_mail
        assert "You chose to see no requests" in cast.alice.client.get("/").content.decode()
    django_mail.outbox.clear()
    submitted = civic.submit(cast)
    assert civic.approve(cast, submitted).status_code == 302
    rounds.run()
    assert [found.to for found in django_mail.outbox] == [[cast.mallory.user.email]]
