"""What each side of a hand-over sees, what nobody else does, and what withdrawing does."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver

from tests.cast import Cast
from tests.server import civic
from tests.server.conftest import Witness
from tests.server.handovers import giving
from vicinage.evidence import verify
from vicinage.server.handovers import actions, queries
from vicinage.server.handovers.collecting import actions as collecting
from vicinage.server.handovers.models import Collection, Handover, Withdrawal
from vicinage.server.ledger.models import Entry

pytestmark = pytest.mark.django_db


def agency_pages(handover: str, clip: str) -> list[str]:
    """Every address at which an agency is served something of a hand-over."""
    own = f"/agency/handovers/{handover}/"
    return [own, f"{own}clips/{clip}.age", f"{own}package.zip"]


def served(client: Client, page: str) -> Any:
    """The page, or the download for a reason."""
    return client.get(page) if page.endswith("/") else giving.fetched(client, page)


def owner_pages(handover: str) -> list[str]:
    """Every address at which the owner is served something of it."""
    own, api = f"/home/handovers/{handover}/", f"/api/handovers/{handover}/"
    return [own, f"{own}consent.json", f"{api}consent.leaf", f"{api}consent.tlog-proof"]


def test_each_side_sees_its_pages_and_everybody_else_sees_that_nothing_is_there(cast: Cast) -> None:
    scene = giving.set_scene(cast)
    handover, clip = giving.given(scene), scene.recorded.row.pk
    nowhere = "a" * 16
    for page, gone in zip(agency_pages(handover, clip), agency_pages(nowhere, clip), strict=True):
        assert served(cast.carol.client, page).status_code == 200
        for stranger in (cast.dave.client, cast.alice.client, cast.mallory.client, cast.erin.client):
            refused = served(stranger, page)
            assert refused.status_code == 404
            assert civic.body(refused) == civic.body(served(stranger, gone))
    for page, gone in zip(owner_pages(handover), owner_pages(nowhere), strict=True):
        assert cast.alice.client.get(page).status_code == 200
        for stranger in (cast.mallory.client, cast.carol.client, cast.erin.client, cast.olga.client):
            refused = stranger.get(page)
            assert refused.status_code == 404
            assert civic.body(refused) == civic.body(stranger.get(gone))


def test_an_officer_of_another_agency_is_served_nothing_and_lists_nothing(cast: Cast) -> None:
    scene = giving.set_scene(cast)
    handover, clip = giving.given(scene), scene.recorded.row.pk
    frank = civic.officer_elsewhere(cast)
    for page in agency_pages(handover, clip):
        assert served(frank, page).status_code == 404
    assert handover not in frank.get("/agency/handovers/").content.decode()
    assert handover in cast.carol.client.get("/agency/handovers/").content.decode()


def test_a_clip_of_another_hand_over_is_not_served_through_this_one(cast: Cast) -> None:
    handover = giving.given(giving.set_scene(cast))
    page = f"/agency/handovers/{handover}/clips/{'b' * 16}.age"
    assert served(cast.carol.client, page).status_code == 404


def test_withdrawing_ends_everything_at_once_and_is_logged(cast: Cast, home: Path) -> None:
    scene = giving.set_scene(cast)
    handover, clip = giving.given(scene), scene.recorded.row.pk
    kept = queries.payload(handover, clip)
    assert kept.exists()
    assert cast.mallory.client.post(f"/home/handovers/{handover}/withdraw/").status_code == 404
    assert cast.carol.client.post(f"/home/handovers/{handover}/withdraw/").status_code == 404
    answer = cast.alice.client.post(f"/home/handovers/{handover}/withdraw/")
    assert answer.status_code == 302
    for page in agency_pages(handover, clip):
        assert served(cast.carol.client, page).status_code == 404
    assert handover not in cast.carol.client.get("/agency/handovers/").content.decode()
    assert Entry.objects.filter(kind="withdrawal", subject=handover, private=True).count() == 1
    assert cast.alice.client.post(f"/home/handovers/{handover}/withdraw/").status_code == 409
    assert Withdrawal.objects.count() == 1


def test_what_a_crash_left_of_a_withdrawn_hand_over_is_swept_at_the_next_start(cast: Cast) -> None:
    handover, clip = giving.given(scene := giving.set_scene(cast)), scene.recorded.row.pk
    actions.sweep_payloads()
    assert queries.payload(handover, clip).exists()
    actions.withdraw(cast.alice.user, handover, scene.rfa.published_at)  # its clean-up waits for a commit
    assert queries.payload(handover, clip).exists()
    actions.sweep_payloads()
    assert not queries.payload(handover, clip).exists()


def test_the_page_says_what_withdrawing_cannot_undo_and_when_the_agency_fetched(cast: Cast) -> None:
    scene = giving.set_scene(cast)
    handover, clip = giving.given(scene), scene.recorded.row.pk
    page = f"/home/handovers/{handover}/"
    before = cast.alice.client.get(page).content.decode()
    assert "What this cannot undo" in before
    assert "has fetched nothing so far" in before
    giving.fetched(cast.carol.client, f"/agency/handovers/{handover}/clips/{clip}.age")
    after = cast.alice.client.get(page).content.decode()
    assert f"clip {clip}" in after
    assert cast.carol.user.email not in after
    assert giving.REASON not in after


def test_a_collection_just_after_the_withdrawal_is_refused(cast: Cast) -> None:
    from vicinage.server.agencies.queries import officer_of

    handover = giving.given(giving.set_scene(cast))
    row, officer = Handover.objects.get(pk=handover), officer_of(cast.carol.user)
    assert officer is not None
    actions.withdraw(cast.alice.user, handover, row.at)
    with pytest.raises(actions.HandoverError, match="handover-gone"):
        collecting.collect(row, officer, "package", "trial on Monday", row.at)
    assert not Collection.objects.exists()


def test_the_evidence_package_verifies_offline(witness: Witness, cast: Cast, tmp_path: Path) -> None:
    scene = giving.set_scene(cast)
    handover = giving.given(scene)
    answer = giving.fetched(cast.carol.client, f"/agency/handovers/{handover}/package.zip")
    data = giving.streamed(answer)
    assert int(answer.headers["Content-Length"]) == len(data)
    package = tmp_path / "package.zip"
    package.write_bytes(data)
    witness.stop()
    report = verify.verify(package)
    assert report.ok, report.lines


def test_the_agency_sees_name_and_contact_as_stated_and_never_the_account(cast: Cast) -> None:
    scene = giving.set_scene(cast)
    answer = giving.post(cast.alice, giving.message(scene, name="A. Neighbour", contact="555 0100"))
    civic.log()
    page = cast.carol.client.get(f"/agency/handovers/{answer.json()['id']}/").content.decode()
    assert "A. Neighbour" in page
    assert cast.alice.user.email not in page


def test_the_consent_page_offers_what_is_open_and_says_why_not_otherwise(cast: Cast) -> None:
    rfa = civic.published(cast)
    page = f"/home/rfas/{rfa.id}/answer/"
    assert "has not published its key" in cast.alice.client.get(page).content.decode()
    assert Client().get(page).status_code == 302
    assert cast.carol.client.get(page).status_code == 404
    assert cast.alice.client.get(f"/home/rfas/{'a' * 16}/answer/").status_code == 404


def test_reading_the_consent_page_leaves_no_trace_for_the_agency(cast: Cast) -> None:
    scene = giving.set_scene(cast)
    carol = cast.carol.client
    pages = [
        "/agency/",
        f"/agency/rfas/{scene.rfa.id}/",
        "/agency/handovers/",
        f"/agencies/{scene.rfa.agency_id}/",
    ]
    before = [civic.body(carol.get(page)) for page in pages]
    for person in (cast.alice, cast.bob, cast.mallory):
        person.client.get(f"/home/rfas/{scene.rfa.id}/answer/")
        person.client.get(f"/rfas/{scene.rfa.id}/")
    assert [civic.body(carol.get(page)) for page in pages] == before


def test_no_address_of_the_agency_tells_of_residents() -> None:
    words = ("resident", "reader", "count", "seen", "view", "refus", "ignored")
    routes = [str(pattern.pattern) for pattern in _routes(get_resolver().url_patterns)]
    agency = [route for route in routes if route.startswith(("agency/", "api/agency"))]
    assert agency
    assert not [route for route in agency for word in words if word in route]


def _routes(patterns: list[Any]) -> list[Any]:
    found = []
    for pattern in patterns:
        found += _routes(pattern.url_patterns) if hasattr(pattern, "url_patterns") else [pattern]
    return found
