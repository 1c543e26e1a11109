"""Requests that are passed on by mail: committed to at once, public when they close, word for word."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast
from tests.server import civic
from tests.server.conftest import Held
from vicinage.core.place import cells_of, parse_area
from vicinage.core.rfa import seal_of
from vicinage.server import manage
from vicinage.server.feed import actions as published
from vicinage.server.feed import queries as feed
from vicinage.server.ledger.models import Entry
from vicinage.server.regime import queries as rules
from vicinage.server.rfas import queries
from vicinage.server.rfas.actions import disclose_due
from vicinage.server.rfas.models import MediatedRfa

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def mediated(cast: Cast, held: Held) -> None:
    """The rules of 2019 are in force."""
    assert cast.agency
    held.go_to(civic.announce("mediated-2019", 15))


def passed_on(cast: Cast, **changes: str) -> str:
    """A request that a moderator has approved."""
    rfa = civic.submit(cast, **changes)
    assert civic.approve(cast, rfa).status_code == 302
    return rfa


def kinds(rfa: str) -> list[str]:
    """What the log has of it, in order."""
    return list(
        Entry.objects.filter(subject=rfa, private=False).order_by("id").values_list("kind", flat=True)
    )


def test_approval_commits_in_the_log_and_tells_the_public_nothing_of_what_is_asked(cast: Cast) -> None:
    rfa = passed_on(cast)
    row = MediatedRfa.objects.get(pk=rfa)
    leaf = json.loads(bytes(row.entry.leaf))
    assert kinds(rfa) == ["rfa.mediated"]
    assert leaf["sealed"] == seal_of(row.fields)
    assert row.entry.text is None
    assert not {"area", "window", "text", "reference", "offence"} & leaf.keys()
    for page in (f"/rfas/{rfa}/", f"/rfas/{rfa}.json"):
        assert Client().get(page).status_code == 404
    title = civic.form()["title"]
    cell = cells_of(parse_area(row.fields["area"]))[0]
    for page in ("/", f"/agencies/{cast.agency.pk}/", f"/public/rfas/cell/{cell}.json", "/rfas.csv"):
        assert title not in Client().get(page).content.decode()


def test_its_agency_sees_that_it_is_accepted_and_nothing_of_whom_it_reached(cast: Cast) -> None:
    assert cast.alices_home
    rfa = passed_on(cast)
    page = cast.carol.client.get(f"/agency/rfas/{rfa}/").content.decode()
    assert "Accepted, to be passed on by mail" in page
    assert "You are not told to whom" in page
    other = civic.officer_elsewhere(cast, kind="police")
    assert other.get(f"/agency/rfas/{rfa}/").status_code == 404


def test_the_job_discloses_at_the_close_and_not_a_second_before(cast: Cast, held: Held) -> None:
    rfa = passed_on(cast)
    row = MediatedRfa.objects.get(pk=rfa)
    held.go_to(row.closes_at - timedelta(seconds=1))
    assert disclose_due() == 0
    held.go_on(seconds=1)
    assert disclose_due() == 1
    assert disclose_due() == 0
    civic.log()
    assert kinds(rfa) == ["rfa.mediated", "rfa.published"]
    posted = feed.one(rfa)
    assert posted is not None
    leaf = json.loads(bytes(posted.entry.leaf))
    assert {name: leaf[name] for name in row.fields} == row.fields
    assert bytes(posted.entry.text or b"") == bytes(row.text)
    assert posted.mediated_entry_id == row.entry_id
    assert posted.state == "expired"
    assert posted.title in Client().get(f"/rfas/{rfa}/").content.decode()
    assert not feed.still_open().exists()


@pytest.mark.parametrize("death", [RuntimeError, KeyboardInterrupt])
def test_a_disclosure_that_breaks_off_leaves_nothing_behind_and_a_broken_one_holds_up_no_other(
    cast: Cast, held: Held, monkeypatch: pytest.MonkeyPatch, death: type[BaseException]
) -> None:
    first, second = passed_on(cast), passed_on(cast, reference="26-000777")
    held.go_to(max(MediatedRfa.objects.values_list("closes_at", flat=True)))
    publish = published.publish_rfa

    def breaks(rfa: Any, *given: Any, **named: Any) -> Any:
        if rfa.id == first:
            raise death
        return publish(rfa, *given, **named)

    with monkeypatch.context() as patched:
        patched.setattr(published, "publish_rfa", breaks)
        with pytest.raises(death):
            disclose_due()
    assert kinds(first) == ["rfa.mediated"], "no entry without its row"
    if death is RuntimeError:
        assert kinds(second) == ["rfa.mediated", "rfa.published"]
    disclose_due()
    civic.log()
    for rfa in (first, second):
        assert kinds(rfa) == ["rfa.mediated", "rfa.published"]
        assert feed.one(rfa) is not None


def test_after_a_long_stop_everything_that_closed_meanwhile_is_disclosed_at_once(
    cast: Cast, held: Held
) -> None:
    rfas = [passed_on(cast, reference=f"26-{number}") for number in range(3)]
    held.go_on(days=200)
    assert disclose_due in manage.JOBS
    for job in manage.JOBS:
        job()
    civic.log()
    assert {row.id for row in feed.published()} == set(rfas)
    assert not queries.undisclosed().exists()


def test_a_clock_that_goes_back_after_a_disclosure_hides_nothing_and_repeats_nothing(
    cast: Cast, held: Held
) -> None:
    rfa = passed_on(cast)
    closes_at = MediatedRfa.objects.get(pk=rfa).closes_at
    held.go_to(closes_at)
    assert disclose_due() == 1
    civic.log()
    held.at = closes_at - timedelta(days=2)
    assert disclose_due() == 0
    assert feed.one(rfa) is not None
    assert kinds(rfa).count("rfa.published") == 1


def test_resolving_makes_it_public_and_closes_it_in_one_step(cast: Cast, held: Held) -> None:
    rfa = passed_on(cast)
    held.go_on(days=1)
    assert (
        civic.officer_elsewhere(cast, kind="police").post(f"/agency/rfas/{rfa}/resolve/").status_code == 404
    )
    assert cast.dave.client.post(f"/agency/rfas/{rfa}/resolve/").status_code == 404
    assert cast.carol.client.post(f"/agency/rfas/{rfa}/resolve/").status_code == 302
    civic.log()
    assert kinds(rfa) == ["rfa.mediated", "rfa.published", "rfa.resolved"]
    assert cast.carol.client.post(f"/agency/rfas/{rfa}/resolve/").status_code == 409
    row = feed.one(rfa)
    assert row is not None
    assert row.state == "resolved"
    held.go_on(days=200)
    assert disclose_due() == 0


def test_a_second_post_counts_the_first_that_nobody_can_read_yet(cast: Cast, held: Held) -> None:
    first = passed_on(cast)
    held.go_on(seconds=5)
    second = passed_on(cast)
    assert MediatedRfa.objects.get(pk=second).fields["first"] == first
    assert cast.carol.client.post(f"/agency/rfas/{second}/resolve/").status_code == 302
    civic.log()
    row = feed.one(second)
    assert row is not None
    assert (row.number, row.first) == (2, first)
    assert feed.on_incident(row) == []
    assert Client().get(f"/rfas/{second}/").status_code == 200


def test_an_end_of_requests_ends_it_earlier_and_discloses_it_then(cast: Cast, held: Held) -> None:
    civic.announce("closed-2024", 15)
    held.go_on(days=14)
    rfa = passed_on(cast)
    row = MediatedRfa.objects.get(pk=rfa)
    assert row.open_until <= held.at + timedelta(days=1 + 29)
    held.go_to(row.open_until)
    assert disclose_due() == 1
    assert rules.in_force().conduct.route == "closed"


def test_what_was_kept_back_cannot_be_changed_before_it_is_disclosed(cast: Cast) -> None:
    from django.db import DatabaseError, transaction

    rfa = passed_on(cast)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        MediatedRfa.objects.filter(pk=rfa).update(text=b"{}")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        MediatedRfa.objects.filter(pk=rfa).delete()


def test_what_is_taken_down_after_the_disclosure_is_gone_from_what_was_kept_back_too(
    cast: Cast, held: Held
) -> None:
    rfa = passed_on(cast)
    held.go_to(MediatedRfa.objects.get(pk=rfa).closes_at)
    disclose_due()
    civic.log()
    posted = feed.one(rfa)
    assert posted is not None
    manage.redact(posted.entry.place.index, "privacy-law", "County court, order 12")
    assert bytes(MediatedRfa.objects.get(pk=rfa).text) == b""
    assert MediatedRfa.objects.get(pk=rfa).words == {}
