"""A resident's pages of what was passed on, who else has them (nobody), and the answer to it."""

import json
import secrets
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast, Person, make_home
from tests.server import civic
from tests.server.conftest import Witness
from tests.server.handovers import giving
from tests.server.handovers.giving import Scene, record
from tests.server.mediation.passing import FAR, mediated_rules, neighbour, officer_elsewhere, passed_on
from vicinage.core import leaf as leaves
from vicinage.core import rfa as law
from vicinage.evidence import pack
from vicinage.evidence.verify import verify
from vicinage.seal.keys import Identity
from vicinage.server import clock
from vicinage.server.accounts import actions as accounts
from vicinage.server.agencies.keys import actions as keys
from vicinage.server.handovers import actions as handovers
from vicinage.server.handovers import receipts
from vicinage.server.handovers.models import Handover
from vicinage.server.mediation import actions, asking, queries, rounds
from vicinage.server.notices import stream
from vicinage.server.rfas import actions as rfas
from vicinage.server.rfas.models import MediatedRfa

pytestmark = pytest.mark.django_db

NEVER = "a" * 16


@pytest.fixture(autouse=True)
def no_mail(settings: Any) -> None:
    """The post goes nowhere, at once."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.VICINAGE_MAIL_SPREAD = 0


@pytest.fixture
def row(cast: Cast) -> MediatedRfa:
    """A request that was passed on; the post has been round."""
    found = passed_on(cast)
    rounds.run()
    return found


def addresses(rfa: str) -> list[str]:
    """Everything that a resident reads of it."""
    return [f"/home/rfas/{rfa}/", f"/api/rfas/passed-on/{rfa}", f"/home/rfas/{rfa}/answer/"]


def statuses(client: Client, rfa: str) -> list[int]:
    """What somebody is answered there."""
    return [client.get(path).status_code for path in addresses(rfa)]


def test_a_resident_with_a_camera_in_a_touched_cell_reads_it(cast: Cast, row: MediatedRfa) -> None:
    client = cast.alice.client
    assert statuses(client, row.pk) == [404, 404, 404]
    assert cast.alices_home
    assert statuses(client, row.pk) == [200, 200, 200]
    page = client.get(f"/home/rfas/{row.pk}/").content.decode()
    assert "Who saw them?" in page
    assert f"entry {row.entry.place.index} of the public log" in page
    assert "Robbery of a shop on Elm Street" in client.get("/home/rfas/").content.decode()


def test_for_everybody_else_it_is_the_page_of_nothing(cast: Cast, row: MediatedRfa) -> None:
    far = neighbour("far", FAR)
    others = [far, cast.bob, cast.mallory, cast.erin, cast.olga, cast.carol, cast.dave]
    for client in [*(person.client for person in others), officer_elsewhere(cast)]:
        for there, nowhere in zip(addresses(row.pk), addresses(NEVER), strict=True):
            shown, missing = client.get(there), client.get(nowhere)
            assert shown.status_code == 404
            assert civic.body(shown) == civic.body(missing)
    assert [Client().get(path).status_code for path in addresses(row.pk)] == [302, 401, 302]
    assert "Robbery" not in far.client.get("/home/rfas/").content.decode()
    assert far.client.get("/api/rfas/passed-on").json() == {"rfas": []}


def test_no_public_page_or_file_has_a_word_of_it_until_it_closes(cast: Cast, row: MediatedRfa) -> None:
    assert cast.alices_home
    cell = cast.alices_home.camera.cell
    pages = ("/", "/agencies/", f"/agencies/{cast.agency.pk}/", f"/public/rfas/cell/{cell}.json", "/regime/")
    for path in (*pages, "/rfas.geojson", "/rfas.csv", "/rfas.atom", f"/agencies/{cast.agency.pk}.json"):
        for client in (Client(), cast.alice.client, cast.bob.client):
            answer = client.get(path)
            assert answer.status_code == 200, path
            for secret in ("Robbery of a shop", "26-000123", "Who saw them"):
                assert secret not in answer.content.decode(), path
    assert Client().get(f"/rfas/{row.pk}/").status_code == 404
    assert Client().get(f"/rfas/{row.pk}.json").status_code == 404


def test_what_the_browser_reads_fits_the_entry_in_the_log(cast: Cast, row: MediatedRfa) -> None:
    assert cast.alices_home
    told = cast.alice.client.get(f"/api/rfas/passed-on/{row.pk}").json()
    assert cast.alice.client.get("/api/rfas/passed-on").json() == {"rfas": [told]}
    entry = leaves.parse(Client().get(f"/log/leaf/{told['index']}").content)
    record = law.from_mediated(entry, told["fields"], told["text"])
    assert (record.rfa.id, record.rfa.agency) == (row.pk, cast.agency.pk)
    assert record.rfa.text.endswith("Who saw them?")
    with pytest.raises(Exception, match="rfa-sealed-mismatch"):
        law.from_mediated(entry, {**told["fields"], "offence": "theft"}, told["text"])


def test_once_it_closes_its_page_leads_to_the_public_one(cast: Cast, row: MediatedRfa) -> None:
    assert cast.alices_home
    rfas.resolve(row.pk, cast.carol.user, clock.now())
    civic.log()
    rounds.run()
    client = cast.alice.client
    assert client.get(f"/home/rfas/{row.pk}/").headers["Location"] == f"/rfas/{row.pk}/"
    assert client.get(f"/api/rfas/passed-on/{row.pk}").status_code == 404
    assert "Robbery" not in client.get("/home/rfas/").content.decode()
    assert "takes no more answers" in client.get(f"/home/rfas/{row.pk}/answer/").content.decode()
    assert "Robbery" in Client().get(f"/rfas/{row.pk}/").content.decode()


def test_who_chose_to_see_none_is_shown_none_and_told_none_but_the_link_of_the_mail_opens(
    cast: Cast, row: MediatedRfa
) -> None:
    assert cast.alices_home
    accounts.opt_out(cast.alice.user, "rfas")
    client = cast.alice.client
    assert client.get("/api/rfas/passed-on").json() == {"rfas": []}
    assert "Robbery" not in client.get("/home/rfas/").content.decode()
    assert statuses(client, row.pk) == [200, 200, 200]


def heard(person: Person, since: Any) -> list[str]:
    """What the notices would tell this person from then on."""
    return [event for _, event, _ in stream._gather(person.user, since) if event == "rfa"]


def test_notices_tell_those_concerned_and_nobody_who_chose_to_see_none(
    cast: Cast, row: MediatedRfa, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "close_old_connections", lambda: None)
    assert cast.alices_home
    far, before = neighbour("far", FAR), row.at - timedelta(seconds=1)
    assert [heard(person, before) for person in (cast.alice, far, cast.bob)] == [["rfa"], [], []]
    assert heard(cast.alice, row.at + timedelta(seconds=1)) == []
    accounts.opt_out(cast.alice.user, "rfas")
    assert heard(cast.alice, before) == []


def answering(cast: Cast, row: MediatedRfa) -> Scene:
    """Alice with a clip of that time, and the agency's key in the log."""

    identity, hub_seed = Identity.generate(), secrets.token_bytes(32)
    keys.publish_key(cast.carol.user, identity.recipient, clock.now())
    civic.log()
    asked: Any = asking.mediated(row)
    recorded = record(cast.alices_home, hub_seed, asked.window_from + timedelta(minutes=10))
    return Scene(cast, asked, identity, recorded, hub_seed, cast.alices_home)


def test_alice_answers_it_and_the_agency_has_the_clip_and_a_package_with_the_sealed_request(
    cast: Cast, row: MediatedRfa
) -> None:
    scene = answering(cast, row)
    handover = giving.given(scene)
    kept = Handover.objects.get(pk=handover)
    assert (kept.rfa_id, kept.rfa_entry_id) == (row.pk, row.entry_id)
    listed = cast.carol.client.get("/agency/handovers/").content.decode()
    assert "26-000123" in listed
    assert "Robbery of a shop" in cast.alice.client.get(f"/home/handovers/{handover}/").content.decode()


def test_the_package_holds_the_sealed_request_and_verifies(
    cast: Cast, witness: Witness, tmp_path: Path
) -> None:
    row = passed_on(cast)
    rounds.run()
    handover = giving.given(answering(cast, row))
    path = f"/agency/handovers/{handover}/package.zip"
    package = tmp_path / "package.zip"
    package.write_bytes(giving.streamed(giving.fetched(cast.carol.client, path)))
    report = verify(package)
    assert report.ok, report.lines
    assert any("Robbery of a shop" in line and "is bound by entry" in line for line in report.lines)
    contents = receipts._contents(Handover.objects.get(pk=handover), clock.now())
    assert contents.rfa_fields is not None
    for lie, why in (
        ({"rfa_fields": contents.rfa_fields.replace(b'"robbery"', b'"theft"')}, "not the one that the log"),
        ({"rfa_fields": None}, "should be an entry rfa.published, not rfa.mediated"),
        ({"rfa_text": (contents.rfa_text or b"").replace(b"Elm", b"Oak")}, "not the one that the log"),
    ):
        with package.open("wb") as out:
            pack.write(out, replace(contents, **lie))
        told = verify(package)
        assert not told.ok
        assert any(why in line for line in told.lines), told.lines


@pytest.mark.parametrize(("change", "code"), [("index", "consent-rfa"), ("rfa", "handover-no-rfa")])
def test_a_consent_to_another_entry_or_request_is_refused(
    cast: Cast, row: MediatedRfa, change: str, code: str
) -> None:
    scene = answering(cast, row)
    changes: dict[str, Any] = {"rfa_leaf": 0} if change == "index" else {"rfa": NEVER}
    answer = giving.post(cast.alice, giving.message(scene, **changes))
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert not Handover.objects.exists()


def test_mallory_without_a_camera_there_cannot_answer_it(cast: Cast, row: MediatedRfa) -> None:
    scene = answering(cast, row)
    home = make_home(cast.mallory, FAR)
    theirs = replace(scene, home=home, recorded=giving.record(home, scene.hub_seed, scene.rfa.window_from))
    answer = giving.post(cast.mallory, giving.message(theirs))
    assert (answer.status_code, answer.json()["code"]) == (422, "handover-no-rfa")


def test_a_request_that_closed_takes_no_answer_and_one_given_before_stays(
    cast: Cast, row: MediatedRfa
) -> None:
    scene = answering(cast, row)
    handover = giving.given(scene)
    rfas.resolve(row.pk, cast.carol.user, clock.now())
    civic.log()
    made, findings = handovers.hand_over(cast.alice.user, giving.message(scene), clock.now())
    assert made is None
    assert "consent-rfa-closed" in [finding.rule for finding in findings]
    page = cast.carol.client.get(f"/agency/handovers/{handover}/").content.decode()
    assert "Robbery of a shop on Elm Street" in page
    assert f"/rfas/{row.pk}/" in page


def test_before_the_post_has_been_round_it_is_not_there(cast: Cast) -> None:
    mediated_rules(cast)
    assert cast.alices_home
    found = passed_on(cast)
    assert queries.passed_on_to(cast.alice.user) == []
    actions.reach(found)
    actions.reach(found)
    assert [asked.id for asked in queries.passed_on_to(cast.alice.user)] == [found.pk]
    assert json.loads(cast.alice.client.get("/api/rfas/passed-on").content)["rfas"]
