"""The rules change between two steps of a request: it is judged by those of its submission."""

import json
from datetime import timedelta

import pytest
from django.test import Client

from tests.cast import Cast
from tests.server import civic
from tests.server.conftest import Held
from vicinage import regimes
from vicinage.server.feed import queries as feed
from vicinage.server.feed.models import PublishedRfa
from vicinage.server.ledger.models import Entry
from vicinage.server.regime import actions as regime_actions
from vicinage.server.regime import queries as rules
from vicinage.server.rfas.models import Submission

pytestmark = pytest.mark.django_db


def stricter(held: Held, days: float) -> None:
    """Rules are announced that allow one hour where two were asked for, and know no robbery."""
    toml = regimes.raw("public-2021").replace(b"value = 43200", b"value = 3600")
    toml = toml.replace(b'name = "public-2021"', b'name = "one-hour"').replace(b'robbery = "Robbery"\n', b"")
    entry, findings = regime_actions.announce(toml, held.at + timedelta(days=days), held.at)
    assert entry is not None, findings
    civic.log()


def test_between_draft_and_submission_the_new_rules_hold(cast: Cast, held: Held) -> None:
    address = cast.carol.client.post("/agency/rfas/new/", {**civic.form(), "save": "yes"}).headers["Location"]
    stricter(held, 15)
    held.go_on(days=15)
    answer = cast.carol.client.post(address, {**civic.form(), "submit": "yes"})
    assert answer.status_code == 422
    assert {f.rule for f in answer.context["findings"]} == {"window-max", "offence-listed"}
    assert not Submission.objects.exists()


def test_between_submission_and_approval_the_old_rules_hold(cast: Cast, held: Held) -> None:
    assert cast.agency
    stricter(held, 15)
    held.go_on(days=14)
    rfa = civic.submit(cast)
    held.go_on(days=2)
    assert rules.in_force().name == "one-hour"
    page = cast.erin.client.get(f"/moderation/rfas/{rfa}/").content.decode()
    assert "judged by those of its day" in page
    assert civic.approve(cast, rfa).status_code == 302
    row = feed.one(rfa)
    assert row is not None
    assert row.regime == json.loads(bytes(row.entry.leaf))["regime"] == "public-2021"
    assert "Robbery" in Client().get(f"/rfas/{rfa}/").content.decode()  # of the older list


def test_a_request_of_the_old_route_keeps_its_route(cast: Cast, held: Held) -> None:
    civic_at = civic.announce("mediated-2019", 15) if cast.agency else held.at
    held.go_to(civic_at - timedelta(hours=1))
    rfa = civic.submit(cast)
    held.go_on(hours=2)
    assert rules.in_force().conduct.route == "mediated"
    assert civic.approve(cast, rfa).status_code == 302
    assert feed.one(rfa) is not None


def test_once_requests_end_nobody_asks_and_everything_stays(cast: Cast, held: Held) -> None:
    old = civic.published(cast)
    held.go_to(civic.announce("closed-2024", 15))
    answer = cast.carol.client.post("/agency/rfas/new/", {**civic.form(), "submit": "yes"})
    assert answer.status_code == 422
    assert "route-open" in {f.rule for f in answer.context["findings"]}
    console = cast.carol.client.get("/agency/").content.decode()
    assert "nobody may ask" in console
    assert 'href="/agency/rfas/new/"' not in console
    for page in ("/", f"/rfas/{old.id}/", f"/agencies/{cast.agency.pk}/"):
        assert old.title in Client().get(page).content.decode()


def test_answers_end_at_the_last_answer_date_and_not_before(cast: Cast, held: Held) -> None:
    effective_at = civic.announce("closed-2024", 15) if cast.agency else held.at
    held.go_to(effective_at - timedelta(days=1))
    rfa = civic.published(cast)
    last = effective_at + timedelta(days=29)
    assert rfa.open_until == min(rfa.closes_at, last)
    held.go_to(rfa.open_until - timedelta(seconds=1))
    assert [row.id for row in feed.still_open()] == [rfa.id]
    assert rfa.is_open
    held.go_on(seconds=1)
    assert not feed.still_open().exists()
    assert rfa.state == "expired"
    assert feed.one(rfa.id) is not None


def test_approved_after_the_last_answer_it_is_refused_and_not_published(cast: Cast, held: Held) -> None:
    toml = regimes.raw("closed-2024").replace(b"answer_days]\nvalue = 29", b"answer_days]\nvalue = 1")
    effective_at = held.at + timedelta(days=15)
    assert cast.agency
    assert regime_actions.announce(toml, effective_at, held.at)[0] is not None
    civic.log()
    held.go_to(effective_at - timedelta(hours=1))
    rfa = civic.submit(cast)
    held.go_to(effective_at + timedelta(days=2))
    answer = civic.approve(cast, rfa)
    assert answer.status_code == 409
    assert not PublishedRfa.objects.exists()
    assert not Entry.objects.filter(kind="rfa.published").exists()


def test_still_open_and_each_rows_own_state_agree_through_every_change(cast: Cast, held: Held) -> None:
    civic.published(cast, reference="26-1")
    ends = civic.announce("closed-2024", 15)
    civic.announce("public-2021", 60)
    held.go_to(ends - timedelta(days=3))
    civic.published(cast, reference="26-2")
    for _ in range(16):
        held.go_on(days=5)
        state = {row.id: row.is_open for row in feed.published()}
        assert {row.id for row in feed.still_open()} == {id for id, is_open in state.items() if is_open}
    assert rules.in_force().name == "public-2021"
    third = civic.published(cast, reference="26-3")
    assert [row.id for row in feed.still_open()] == [third.id]
