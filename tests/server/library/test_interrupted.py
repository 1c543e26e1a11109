"""An upload that breaks off at any place goes on from there; a library keeps to its own household."""

import os
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from tests.cast import NOW, Cast, Home, new_id
from tests.server.library.test_resident import body_of
from tests.server.library.test_upload import PAYLOAD, patch, post
from vicinage.server.library import actions, payloads, ranges
from vicinage.server.library.models import Clip, DeletedClip

pytestmark = pytest.mark.django_db


def begun(home: Home, upto: int = 100) -> str:
    """A clip of which so many bytes are here."""
    offer = home.offer(PAYLOAD)
    post(home, offer)
    if upto:
        assert patch(home, offer.id, 0, PAYLOAD[:upto]).status_code == 200
    return offer.id


def finish(home: Home, clip: str) -> None:
    """What a hub does: ask where it stands, send the rest."""
    at = int(Client().head(f"/api/hub/clips/{clip}/payload", **home.hub)["Upload-Offset"])
    assert patch(home, clip, at, PAYLOAD[at:]).json() == {"offset": len(PAYLOAD), "complete": True}
    assert payloads.path(clip).read_bytes() == PAYLOAD


@pytest.mark.parametrize("kept", [0, 1, 37, 99])
def test_what_a_power_cut_tore_off_the_end_of_an_upload_is_sent_again(
    kept: int, cast: Cast, home: Path
) -> None:
    clip = begun(cast.alices_home)
    os.truncate(home / "uploads" / clip, kept)
    finish(cast.alices_home, clip)


def test_an_upload_whose_file_is_gone_begins_again(cast: Cast, home: Path) -> None:
    clip = begun(cast.alices_home)
    (home / "uploads" / clip).unlink()
    finish(cast.alices_home, clip)


def test_zeros_that_a_power_cut_left_in_an_upload_are_found_by_the_hash(cast: Cast, home: Path) -> None:
    clip = begun(cast.alices_home)
    with (home / "uploads" / clip).open("r+b") as upload:
        upload.seek(50)
        upload.write(bytes(50))
    assert patch(cast.alices_home, clip, 100, PAYLOAD[100:]).json()["code"] == "upload-hash"
    assert cast.alice.client.get(f"/api/clips/{clip}").status_code == 404
    finish(cast.alices_home, clip)


def test_a_death_between_the_rename_and_the_mark_is_made_good_when_the_hub_asks(cast: Cast) -> None:
    clip = begun(cast.alices_home, len(PAYLOAD))
    Clip.objects.update(completed_at=None)
    assert cast.alice.client.get(f"/api/clips/{clip}").status_code == 404
    head = Client().head(f"/api/hub/clips/{clip}/payload", **cast.alices_home.hub)
    assert head["Upload-Offset"] == str(len(PAYLOAD))
    assert cast.alice.client.get(f"/api/clips/{clip}").status_code == 200


def test_an_upload_file_left_beside_its_whole_payload_is_cleared_and_changes_nothing(
    cast: Cast, home: Path
) -> None:
    clip = begun(cast.alices_home, len(PAYLOAD))
    (home / "uploads" / clip).write_bytes(b"left")
    assert patch(cast.alices_home, clip, 4, b"evil").status_code == 409
    assert payloads.path(clip).read_bytes() == PAYLOAD
    assert not (home / "uploads" / clip).exists()


def test_a_body_that_breaks_off_before_its_length_stores_nothing_false(cast: Cast) -> None:
    clip = begun(cast.alices_home)
    assert patch(cast.alices_home, clip, 100, b"").json() == {"offset": 100, "complete": False}
    finish(cast.alices_home, clip)


@pytest.mark.parametrize("offset", ["", "-1", "+5", "1.5", "0x10", "１０", " ", "9" * 19, "0, 100", "NaN"])
def test_an_offset_that_is_no_number_moves_nothing(offset: str, cast: Cast) -> None:
    clip = begun(cast.alices_home)
    answer = patch(cast.alices_home, clip, offset, PAYLOAD[100:])  # type: ignore[arg-type]
    assert (answer.status_code, answer.json()["code"]) == (400, "upload-offset-missing")
    assert payloads.held(clip, len(PAYLOAD)) == 100


@pytest.mark.django_db(transaction=True)
def test_of_many_parts_for_one_place_at_once_one_is_taken(cast: Cast) -> None:
    home, clip = cast.alices_home, begun(cast.alices_home)
    statuses: list[int] = []

    def press(part: bytes) -> None:
        try:
            statuses.append(patch(home, clip, 100, part).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=(PAYLOAD[100 : 200 + n],)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200, *[409] * 5]
    finish(home, clip)


@pytest.mark.django_db(transaction=True)
def test_a_clip_that_is_deleted_while_it_is_downloaded_arrives_whole_or_breaks_off(cast: Cast) -> None:
    clip = cast.alices_home.clip(bytes(range(256)) * 4096)
    answer: Any = cast.alice.client.get(f"/api/clips/{clip.pk}/payload")
    assert cast.alice.client.post(f"/home/clips/{clip.pk}/delete/").status_code == 302
    assert not payloads.path(clip.pk).exists()
    try:
        body = body_of(answer)
    except FileNotFoundError:
        body = b""
    assert body in (b"", bytes(range(256)) * 4096)
    again = cast.alice.client.get(f"/api/clips/{clip.pk}/payload")
    assert again.status_code == 404


@pytest.mark.django_db(transaction=True)
def test_a_payload_that_is_gone_from_the_disk_is_a_404_and_no_crash(cast: Cast) -> None:
    clip = cast.alices_home.clip()
    payloads.path(clip.pk).unlink()
    assert cast.alice.client.get(f"/api/clips/{clip.pk}/payload").status_code == 404
    assert cast.alice.client.get(f"/home/clips/{clip.pk}/clip.age").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_what_a_crash_left_of_a_deleted_clip_is_swept(cast: Cast) -> None:
    clip = cast.alices_home.clip()
    data = payloads.path(clip.pk).read_bytes()
    assert cast.alice.client.post(f"/home/clips/{clip.pk}/delete/").status_code == 302
    payloads.path(clip.pk).write_bytes(data)
    assert actions.sweep_deleted() == 1
    assert actions.sweep_deleted() == 0
    assert not payloads.path(clip.pk).exists()


def test_deleting_twice_is_a_404_and_keeps_one_note(cast: Cast) -> None:
    clip = cast.alices_home.clip()
    url = f"/home/clips/{clip.pk}/delete/"
    assert [cast.alice.client.post(url).status_code for _ in range(2)] == [302, 404]
    assert DeletedClip.objects.count() == 1


def test_room_that_a_deleted_clip_took_is_free_again(cast: Cast, settings: Any) -> None:
    home = cast.alices_home
    settings.VICINAGE_HOUSEHOLD_LIMIT = len(PAYLOAD) + 50
    clip = begun(home, len(PAYLOAD))
    assert post(home, home.offer(PAYLOAD)).json()["code"] == "library-full"
    assert cast.alice.client.post(f"/home/clips/{clip}/delete/").status_code == 302
    assert post(home, home.offer(PAYLOAD)).status_code == 200


def test_a_full_library_still_takes_what_it_said_it_would_take(cast: Cast, settings: Any) -> None:
    home = cast.alices_home
    clip = begun(home)
    settings.VICINAGE_HOUSEHOLD_LIMIT = 1
    assert patch(home, clip, 100, PAYLOAD[100:]).json()["complete"] is True


def test_one_households_clips_take_no_room_of_another(cast: Cast, settings: Any) -> None:
    settings.VICINAGE_HOUSEHOLD_LIMIT = len(PAYLOAD)
    assert post(cast.alices_home, cast.alices_home.offer(PAYLOAD)).status_code == 200
    assert post(cast.mallorys_home, cast.mallorys_home.offer(PAYLOAD)).status_code == 200


def test_a_hub_offers_nothing_in_the_name_of_another_camera(cast: Cast) -> None:
    alices, mallorys = cast.alices_home, cast.mallorys_home
    forged = alices.offer(PAYLOAD)
    stranger = Client().post("/api/hub/clips", _json(forged), content_type="application/json", **mallorys.hub)
    nobody = mallorys.offer(PAYLOAD)
    nowhere = _json(nobody).replace(nobody.camera.encode(), new_id().encode())
    unknown = Client().post("/api/hub/clips", nowhere, content_type="application/json", **mallorys.hub)
    assert stranger.status_code == unknown.status_code == 404
    assert stranger.content == unknown.content
    assert Clip.objects.count() == 0


def _json(message: object) -> bytes:
    from vicinage.wire import encode

    return encode(message)


@pytest.mark.parametrize("change", ["upper", "cut", "longer", "null", "prefix", "space", "digest", "twice"])
def test_a_token_that_is_nearly_right_is_wrong(change: str, cast: Cast) -> None:
    home = cast.alices_home
    from vicinage.server.library.models import HubToken

    spoilt = {
        "upper": home.token.swapcase(),
        "cut": home.token[:-1],
        "longer": home.token + "A",
        "null": home.token + "\x00",
        "prefix": "%" + home.token,
        "space": home.token[:20] + " " + home.token[20:],
        "digest": HubToken.objects.get().digest,
        "twice": f"{home.token}, Bearer {home.token}",
    }[change]
    answer = Client().head(
        f"/api/hub/clips/{new_id()}/payload", headers={"Authorization": f"Bearer {spoilt}"}
    )
    assert answer.status_code == 401


def test_two_hundred_guesses_find_no_token_and_tell_nothing(cast: Cast) -> None:
    assert cast.alices_home.token
    answers = set()
    for guess in range(200):
        headers = {"Authorization": f"Bearer {guess:043d}"}
        answer = Client().post("/api/hub/clips", b"{}", content_type="application/json", headers=headers)
        answers.add((answer.status_code, answer.content))
    assert len(answers) == 1
    assert next(iter(answers))[0] == 401


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("bytes=0-0", (0, 0)),
        ("bytes= 0-5", None),
        ("bytes=0 -5", None),
        ("BYTES=0-5", None),
        ("bytes=0-5;", None),
        ("bytes=--5", None),
        ("bytes=-1-5", None),
        ("bytes=0-\n", (0, 9)),
        ("bytes=００-5", None),
        ("bytes=" + "0" * 19 + "-", None),
        ("bytes=0-" + "9" * 18, (0, 9)),
        ("bytes=5-5,", None),
        ("", None),
    ],
)
def test_a_range_is_read_strictly_or_ignored(wanted: str, found: tuple[int, int] | None) -> None:
    assert ranges.parse(wanted, 10) == found


@pytest.mark.parametrize("wanted", ["bytes=0-", "bytes=-1", "bytes=0-0"])
def test_an_empty_file_has_no_range(wanted: str) -> None:
    with pytest.raises(ValueError, match="no byte"):
        ranges.parse(wanted, 0)


@pytest.mark.parametrize("query", ["limit=0", "limit=-5", "limit=abc", "limit=1e3", "limit=" + "9" * 5000])
def test_an_odd_limit_gives_a_page_all_the_same(query: str, cast: Cast) -> None:
    cast.alices_home.clip(start=NOW + timedelta(minutes=1))
    answer = cast.alice.client.get(f"/api/clips?{query}")
    assert answer.status_code == 200
    assert len(answer.json()["clips"]) == 1


@pytest.mark.parametrize("before", ["", "x", "A" * 16, "\x00", "a" * 5000])
def test_a_page_before_no_clip_is_the_first_page_or_a_404(before: str, cast: Cast) -> None:
    for path in ("/api/clips", "/home/"):
        answer = cast.alice.client.get(path, {"before": before})
        assert answer.status_code == (404 if before else 200)


def test_a_household_has_a_hundred_cameras_and_no_more(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "CAMERAS", 1)
    label = {"id": new_id(), "cell": cast.alices_home.camera.cell, "label_b64": "A" * 120}
    answer = cast.alice.client.post("/api/cameras", label, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (409, "cameras-full")


def test_an_id_of_anothers_camera_is_taken_and_its_hub_stays(cast: Cast) -> None:
    theirs = cast.alices_home
    label = {"id": theirs.camera.pk, "cell": theirs.camera.cell, "label_b64": "A" * 120}
    assert cast.mallorys_home.token
    answer = cast.mallory.client.post("/api/cameras", label, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (409, "camera-set")
    assert post(theirs, theirs.offer(PAYLOAD)).status_code == 200
