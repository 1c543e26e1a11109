"""A hub hands over a sealed payload in parts: resumable, checked, once."""

import json
import os
import threading
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from tests.cast import Cast, Home, new_id
from vicinage.server.library import payloads
from vicinage.server.library.models import Clip, DeletedClip
from vicinage.wire import encode
from vicinage.wire.hub import PART_BYTES, ClipOffer

pytestmark = pytest.mark.django_db

PAYLOAD = bytes(range(256)) * 40


def post(home: Home, offer: ClipOffer) -> Any:
    """Announce a clip."""
    return Client().post("/api/hub/clips", encode(offer), content_type="application/json", **home.hub)


def patch(home: Home, clip: str, offset: int, part: bytes) -> Any:
    """Send a part."""
    return Client().patch(
        f"/api/hub/clips/{clip}/payload",
        part,
        content_type="application/octet-stream",
        headers={"Upload-Offset": str(offset), "Authorization": f"Bearer {home.token}"},
    )


def test_a_clip_arrives_in_parts_and_is_whole_only_at_the_end(cast: Cast) -> None:
    home, offer = cast.alices_home, cast.alices_home.offer(PAYLOAD)
    assert post(home, offer).json() == {"offset": 0, "complete": False}
    assert patch(home, offer.id, 0, PAYLOAD[:5000]).json() == {"offset": 5000, "complete": False}
    assert cast.alice.client.get(f"/api/clips/{offer.id}").status_code == 404
    answer = patch(home, offer.id, 5000, PAYLOAD[5000:])
    assert answer.json() == {"offset": len(PAYLOAD), "complete": True}
    assert payloads.path(offer.id).read_bytes() == PAYLOAD
    assert cast.alice.client.get(f"/api/clips/{offer.id}").status_code == 200


def test_announcing_again_tells_where_to_go_on_and_makes_no_second_clip(cast: Cast) -> None:
    home, offer = cast.alices_home, cast.alices_home.offer(PAYLOAD)
    post(home, offer)
    patch(home, offer.id, 0, PAYLOAD[:100])
    assert post(home, offer).json() == {"offset": 100, "complete": False}
    head = Client().head(f"/api/hub/clips/{offer.id}/payload", **home.hub)
    assert head["Upload-Offset"] == "100"
    patch(home, offer.id, 100, PAYLOAD[100:])
    assert post(home, offer).json() == {"offset": len(PAYLOAD), "complete": True}
    assert Clip.objects.count() == 1


@pytest.mark.parametrize("offset", [0, 99, 101, 10**9])
def test_a_part_that_does_not_continue_is_answered_with_the_right_offset(offset: int, cast: Cast) -> None:
    home, offer = cast.alices_home, cast.alices_home.offer(PAYLOAD)
    post(home, offer)
    patch(home, offer.id, 0, PAYLOAD[:100])
    answer = patch(home, offer.id, offset, PAYLOAD[100:200])
    assert (answer.status_code, answer.json()["offset"], answer["Upload-Offset"]) == (409, 100, "100")
    assert payloads.held(offer.id, len(PAYLOAD)) == 100


def test_a_part_sent_again_after_the_end_is_told_that_all_is_here(cast: Cast) -> None:
    home, offer = cast.alices_home, cast.alices_home.offer(PAYLOAD)
    post(home, offer)
    patch(home, offer.id, 0, PAYLOAD)
    answer = patch(home, offer.id, 0, PAYLOAD)
    assert (answer.status_code, answer.json()) == (409, {"offset": len(PAYLOAD), "complete": True})
    assert patch(home, offer.id, len(PAYLOAD), b"").json()["complete"] is True


def test_a_payload_with_another_hash_is_thrown_away_and_may_be_sent_again(cast: Cast) -> None:
    home, offer = cast.alices_home, cast.alices_home.offer(PAYLOAD)
    post(home, offer)
    answer = patch(home, offer.id, 0, PAYLOAD[:-1] + b"!")
    assert (answer.status_code, answer.json()["code"]) == (422, "upload-hash")
    assert payloads.held(offer.id, len(PAYLOAD)) == 0
    assert patch(home, offer.id, 0, PAYLOAD).json()["complete"] is True


def test_more_than_was_announced_is_refused(cast: Cast) -> None:
    home, offer = cast.alices_home, cast.alices_home.offer(PAYLOAD)
    post(home, offer)
    assert patch(home, offer.id, 0, PAYLOAD + b"!").json()["code"] == "upload-too-long"
    assert payloads.held(offer.id, len(PAYLOAD)) == 0


def test_a_part_above_four_mebibytes_is_refused(cast: Cast) -> None:
    home, offer = cast.alices_home, cast.alices_home.offer(bytes(PART_BYTES + 1))
    post(home, offer)
    answer = patch(home, offer.id, 0, bytes(PART_BYTES + 1))
    assert (answer.status_code, answer.json()["code"]) == (413, "body-too-large")
    assert patch(home, offer.id, 0, bytes(PART_BYTES)).json()["offset"] == PART_BYTES


def test_a_full_disk_keeps_what_was_there_and_says_so(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    home, offer = cast.alices_home, cast.alices_home.offer(PAYLOAD)
    post(home, offer)
    patch(home, offer.id, 0, PAYLOAD[:100])
    written = os.pwrite

    def full(handle: int, part: bytes, offset: int) -> int:
        if offset > 100:
            raise OSError(28, "No space left on device")
        return written(handle, part[:50], offset)

    with monkeypatch.context() as patched:
        patched.setattr(os, "pwrite", full)
        answer = patch(home, offer.id, 100, PAYLOAD[100:])
    assert (answer.status_code, answer.json()["code"]) == (507, "storage-full")
    assert payloads.held(offer.id, len(PAYLOAD)) == 100
    assert patch(home, offer.id, 100, PAYLOAD[100:]).json()["complete"] is True


@pytest.mark.parametrize("token", ["", "Bearer", "Bearer x", "Bearer " + "a" * 43, "Basic abc"])
def test_without_its_token_a_hub_is_nobody(token: str, cast: Cast) -> None:
    offer = cast.alices_home.offer(PAYLOAD)
    answer = Client().post(
        "/api/hub/clips", encode(offer), content_type="application/json", headers={"Authorization": token}
    )
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"


def test_a_signed_in_person_is_no_hub(cast: Cast) -> None:
    offer = cast.alices_home.offer(PAYLOAD)
    answer = cast.alice.client.post("/api/hub/clips", encode(offer), content_type="application/json")
    assert answer.status_code == 401


def test_mallorys_hub_can_neither_see_nor_touch_alices_upload(cast: Cast) -> None:
    alices, mallorys = cast.alices_home, cast.mallorys_home
    offer = alices.offer(PAYLOAD)
    post(alices, offer)
    patch(alices, offer.id, 0, PAYLOAD[:100])
    assert post(mallorys, offer).status_code == 404
    stolen = mallorys.offer(PAYLOAD, clip=offer.id)
    assert post(mallorys, stolen).status_code == 404
    nobodys = patch(mallorys, new_id(), 100, b"evil")
    assert patch(mallorys, offer.id, 100, b"evil").content == nobodys.content
    assert Client().head(f"/api/hub/clips/{offer.id}/payload", **mallorys.hub).status_code == 404
    assert payloads.held(offer.id, len(PAYLOAD)) == 100


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", "short"),
        ("id", "../../../etc/abc"),
        ("payload_size", -1),
        ("payload_size", 10**15),
        ("payload_sha256", "AB" * 32),
        ("start", "2026-11-22 14:00"),
        ("start", "2030-01-01T00:00:00Z"),
        ("header_b64", ""),
        ("label_b64", "A" * 20000),
        ("thumbnail_b64", "%%%"),
        ("unknown", 1),
    ],
)
def test_an_announcement_out_of_bounds_is_refused_in_words(field: str, value: object, cast: Cast) -> None:
    told = json.loads(encode(cast.alices_home.offer(PAYLOAD)))
    told[field] = value
    answer = Client().post(
        "/api/hub/clips", json.dumps(told), content_type="application/json", **cast.alices_home.hub
    )
    assert answer.status_code in (400, 413)
    assert answer.json()["detail"]
    assert Clip.objects.count() == 0


def test_the_same_id_with_another_payload_is_refused(cast: Cast) -> None:
    home, offer = cast.alices_home, cast.alices_home.offer(PAYLOAD)
    post(home, offer)
    assert post(home, home.offer(PAYLOAD + b"2", clip=offer.id)).json()["code"] == "clip-set"


def test_a_clip_above_the_limits_is_refused(cast: Cast, settings: Any) -> None:
    home = cast.alices_home
    settings.VICINAGE_CLIP_LIMIT = len(PAYLOAD) - 1
    assert post(home, home.offer(PAYLOAD)).status_code == 413
    settings.VICINAGE_CLIP_LIMIT = len(PAYLOAD)
    settings.VICINAGE_HOUSEHOLD_LIMIT = len(PAYLOAD) * 2 - 1
    assert post(home, home.offer(PAYLOAD)).status_code == 200
    assert post(home, home.offer(PAYLOAD)).json()["code"] == "library-full"


def test_a_deleted_clip_that_the_hub_offers_again_stays_deleted(cast: Cast) -> None:
    home, offer = cast.alices_home, cast.alices_home.offer(PAYLOAD)
    post(home, offer)
    patch(home, offer.id, 0, PAYLOAD)
    cast.alice.client.post(f"/home/clips/{offer.id}/delete/")
    DeletedClip.objects.get(pk=offer.id)
    assert post(home, offer).json() == {"offset": len(PAYLOAD), "complete": True}
    assert patch(home, offer.id, 0, PAYLOAD).json()["complete"] is True
    assert Clip.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_two_hubs_that_press_at_once_make_one_whole_clip(cast: Cast, home: Path) -> None:
    alices = cast.alices_home
    offer = alices.offer(PAYLOAD)
    statuses: list[int] = []

    def press() -> None:
        try:
            post(alices, offer)
            for at in range(0, len(PAYLOAD), 1000):
                statuses.append(patch(alices, offer.id, at, PAYLOAD[at : at + 1000]).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(statuses) <= {200, 409}
    assert payloads.path(offer.id).read_bytes() == PAYLOAD
    assert Clip.objects.get().completed_at is not None
    assert list((home / "uploads").iterdir()) == []
