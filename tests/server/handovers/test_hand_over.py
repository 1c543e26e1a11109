"""A resident hands a clip over: what is checked, what is written, and what each lie meets."""

import base64
import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from tests.cast import NOW, Cast
from tests.server import civic
from tests.server.handovers import giving
from vicinage.core import leaf as leaves
from vicinage.seal import sign, unseal
from vicinage.seal.keys import Identity
from vicinage.server import clock
from vicinage.server.agencies.keys import actions as keys
from vicinage.server.handovers import queries
from vicinage.server.handovers.models import Handover, HandoverClip
from vicinage.server.ledger.models import Entry
from vicinage.server.library import actions as library
from vicinage.server.rfas import actions as rfas
from vicinage.wire.handover import HandOver, HubStatement


def counts() -> tuple[int, int, int]:
    """Hand-overs, their clips, and what the log holds of them."""
    entries = Entry.objects.filter(kind="consent").count()
    return Handover.objects.count(), HandoverClip.objects.count(), entries


@pytest.mark.django_db(transaction=True)
def test_the_answer_is_a_receipt_that_the_log_bears_out(cast: Cast) -> None:
    scene = giving.set_scene(cast)
    handed = giving.message(scene)
    answer = giving.post(cast.alice, handed)
    assert answer.status_code == 201, answer.content
    receipt = answer.json()
    assert base64.b64decode(receipt["leaf_b64"]) == leaves.private(handed.commitment)
    page = f"/api/handovers/{receipt['id']}/"
    client = cast.alice.client
    assert client.get(page + "consent.leaf").content == leaves.private(handed.commitment)
    assert client.get(page + "consent.tlog-proof").content.decode() == receipt["proof"]
    assert client.get(f"/log/leaf/{receipt['index']}").content == leaves.private(handed.commitment)
    assert counts() == (1, 1, 1)


@pytest.mark.django_db
def test_the_agency_opens_what_it_is_given_with_its_own_key(cast: Cast) -> None:
    scene = giving.set_scene(cast)
    handover = giving.given(scene)
    clip = scene.recorded.row.pk
    answer = giving.fetched(cast.carol.client, f"/agency/handovers/{handover}/clips/{clip}.age")
    sealed = giving.streamed(answer)
    assert int(answer.headers["Content-Length"]) == len(sealed)
    plain = io.BytesIO()
    unseal.open_stream(io.BytesIO(sealed), plain, scene.identity)
    assert plain.getvalue() == giving.VIDEO


LIES: dict[str, tuple[str, Callable[[giving.Scene], HandOver]]] = {}


def lie(code: str) -> Callable[[Callable[[giving.Scene], HandOver]], Callable[[giving.Scene], HandOver]]:
    """Names a false hand-over and the code that it meets."""

    def add(make: Callable[[giving.Scene], HandOver]) -> Callable[[giving.Scene], HandOver]:
        LIES[make.__name__] = (code, make)
        return make

    return add


def changed(message: HandOver, **changes: Any) -> HandOver:
    """The message with other parts."""
    return msgspec.structs.replace(message, **changes)


@lie("handover-signature")
def signed_by_another_key(scene: giving.Scene) -> HandOver:
    """Not the household's signature."""
    return changed(giving.message(scene), signature=sign.sign(b"m" * 32, b"anything"))


@lie("handover-signature")
def names_another_household(scene: giving.Scene) -> HandOver:
    """Says that somebody else signed it."""
    return giving.message(scene, household=sign.public_key(b"m" * 32))


@lie("handover-signature")
def says_more_than_was_signed(scene: giving.Scene) -> HandOver:
    """The name is changed after signing."""
    message = giving.message(scene)
    return changed(message, statement={**message.statement, "name": "Bob"})


@lie("opening-mismatch")
def commits_to_something_else(scene: giving.Scene) -> HandOver:
    """The log would hold another commitment."""
    return changed(giving.message(scene), commitment="0" * 64)


@lie("handover-opening")
def opens_another_consent(scene: giving.Scene) -> HandOver:
    """Commitment and opening fit each other, but not the statement."""
    other = giving.message(scene)
    return changed(giving.message(scene), commitment=other.commitment, opening=other.opening)


@lie("handover-header")
def brings_another_header(scene: giving.Scene) -> HandOver:
    """Not the header that the statement names."""
    other = giving.message(scene)
    return changed(giving.message(scene), headers=other.headers)


@lie("handover-hub-signature")
def brings_a_forged_hub_statement(scene: giving.Scene) -> HandOver:
    """The hub never signed it."""
    message, clip = giving.message(scene), scene.recorded.row.pk
    forged = sign.sign(b"m" * 32, b"anything")
    return changed(message, hub_statements={clip: HubStatement(scene.recorded.statement.members(), forged)})


@lie("handover-clip-differs")
def says_another_payload_was_stored(scene: giving.Scene) -> HandOver:
    """Statement and hub agree on a payload that is not the stored one."""
    scene.recorded.statement = replace(scene.recorded.statement, payload_sha256="a" * 64)
    return giving.message(scene)


@lie("handover-not-your-clip")
def gives_away_a_clip_of_another(scene: giving.Scene) -> HandOver:
    """Alice signs for a clip of Mallory's."""
    home = scene.cast.mallorys_home
    scene.recorded = giving.record(home, scene.hub_seed, scene.recorded.row.start)
    return giving.message(scene)


@lie("consent-clip-outside")
def gives_a_clip_of_another_time(scene: giving.Scene) -> HandOver:
    """Recorded before the window."""
    start = scene.rfa.window_from - timedelta(minutes=1)
    scene.recorded = giving.record(scene.home, scene.hub_seed, start)
    return giving.message(scene)


@lie("handover-no-key")
def seals_to_a_key_that_was_revoked_meanwhile(scene: giving.Scene) -> HandOver:
    """The agency has revoked it since; another one, published with that, has not cooled yet."""
    message = giving.message(scene)
    keys.publish_key(scene.cast.carol.user, Identity.generate().recipient, clock.now())
    civic.log()
    keys.revoke_key(scene.cast.carol.user, scene.identity.recipient, "compromised", clock.now())
    return message


@lie("consent-key")
def seals_to_a_key_of_its_own(scene: giving.Scene) -> HandOver:
    """Not the agency's recipient."""
    return giving.message(scene, recipient=Identity.generate().recipient)


@lie("consent-rfa-closed")
def answers_a_closed_request(scene: giving.Scene) -> HandOver:
    """The agency has marked it resolved."""
    message = giving.message(scene)
    rfas.resolve(scene.rfa.id, scene.cast.carol.user, NOW)
    return message


@lie("consent-retention")
def promises_another_retention(scene: giving.Scene) -> HandOver:
    """Not what the agency promised."""
    return giving.message(scene, retention_days=1)


@lie("consent-rfa")
def names_another_place_in_the_log(scene: giving.Scene) -> HandOver:
    """The request stands elsewhere in the log."""
    return giving.message(scene, rfa_leaf=0)


@lie("handover-no-rfa")
def answers_no_request(scene: giving.Scene) -> HandOver:
    """There is no such request."""
    return giving.message(scene, rfa="a" * 16)


@lie("consent-old")
def was_signed_last_week(scene: giving.Scene) -> HandOver:
    """An old consent."""
    return giving.message(scene, at=(clock.now() - timedelta(days=7)).replace(microsecond=0))


@pytest.mark.django_db
@pytest.mark.parametrize("name", LIES)
def test_a_false_hand_over_is_refused_and_nothing_is_written(cast: Cast, name: str) -> None:
    code, make = LIES[name]
    message = make(giving.set_scene(cast))
    before = counts()
    answer = giving.post(cast.alice, message)
    assert answer.status_code == 422, answer.content
    assert answer.json()["code"] == code
    assert counts() == before
    assert not queries.payload(message.statement["id"], "x").parent.exists()


@pytest.mark.django_db
def test_without_the_second_factor_nothing_is_handed_over(cast: Cast) -> None:
    scene = giving.set_scene(cast)
    for code in ("", "000000"):
        answer = giving.post(cast.alice, changed(giving.message(scene), code=code), with_code=False)
        assert (answer.status_code, answer.json()["code"]) == (403, "second-factor-wrong")
    assert counts() == (0, 0, 0)


@pytest.mark.django_db
def test_a_code_works_once_and_an_id_too(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    scene = giving.set_scene(cast)
    message = giving.message(scene)
    assert giving.post(cast.alice, message).status_code == 202
    assert giving.post(cast.alice, giving.message(scene)).json()["code"] == "second-factor-wrong"
    monkeypatch.setattr("vicinage.server.handovers.api.confirm_second_factor", lambda user, code: True)
    again = giving.post(cast.alice, message)
    assert (again.status_code, again.json()["code"]) == (409, "handover-known")
    assert counts() == (1, 1, 1)


@pytest.mark.django_db
def test_while_the_log_is_behind_the_receipt_has_no_proof_and_later_it_has(cast: Cast) -> None:
    scene = giving.set_scene(cast)
    answer = giving.post(cast.alice, giving.message(scene))
    receipt = answer.json()
    assert (answer.status_code, receipt["index"], receipt["proof"]) == (202, None, None)
    at = f"/api/handovers/{receipt['id']}/consent.tlog-proof"
    assert cast.alice.client.get(at).status_code == 404
    assert cast.alice.client.get(f"/home/handovers/{receipt['id']}/").status_code == 200
    civic.log()
    assert cast.alice.client.get(at).content.startswith(b"c2sp.org/tlog-proof@v1")


@pytest.mark.django_db
def test_an_officer_cannot_hand_over(cast: Cast) -> None:
    scene = giving.set_scene(cast)
    assert giving.post(cast.carol, giving.message(scene)).status_code == 404
    assert counts() == (0, 0, 0)


@pytest.mark.django_db
def test_a_clip_deleted_at_home_stays_with_the_hand_over_until_it_is_withdrawn(cast: Cast) -> None:
    scene = giving.set_scene(cast)
    handover, clip = giving.given(scene), scene.recorded.row.pk
    library.delete_clip(cast.alice.user, clip)
    page = f"/agency/handovers/{handover}/clips/{clip}.age"
    assert giving.fetched(cast.carol.client, page).status_code == 200
    assert cast.alice.client.get(f"/home/handovers/{handover}/").status_code == 200
    cast.alice.client.post(f"/home/handovers/{handover}/withdraw/")
    assert giving.fetched(cast.carol.client, page).status_code == 404


@pytest.mark.django_db
def test_what_is_no_hand_over_is_a_problem_and_not_an_error(cast: Cast) -> None:
    cast.alices_home  # noqa: B018 (made here)
    for body in (b"", b"{}", b"[]", json.dumps({"statement": {}}).encode(), b"\xff"):
        answer = cast.alice.client.post("/api/handovers", body, content_type="application/json")
        assert answer.status_code == 400
        assert answer.json()["code"].startswith("wire-")
