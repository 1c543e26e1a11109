"""What a resident's browser asks for: keys once, cameras, clips, ranges; and what it may not see."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.test import Client

from tests.cast import NOW, Cast, new_id
from vicinage.core.place import cell_of
from vicinage.seal.keys import Household as HouseholdKey
from vicinage.server.library import payloads
from vicinage.server.library.models import Clip, HubToken
from vicinage.wire import encode
from vicinage.wire.household import HouseholdKeys

pytestmark = pytest.mark.django_db


def body_of(response: Any) -> bytes:
    """All bytes of a streamed answer."""

    async def gather() -> bytes:
        return b"".join([piece async for piece in response.streaming_content])

    return async_to_sync(gather)() if response.streaming else response.content


def keys() -> bytes:
    """A household's keys as a browser posts them."""
    made = HouseholdKey.generate()
    return encode(
        HouseholdKeys(recipient=made.identity.recipient, signing_key=b"k" * 32, recovery=b"sealed" * 30)
    )


def test_a_household_key_is_kept_once(cast: Cast) -> None:
    client, first = cast.alice.client, keys()
    assert client.get("/api/household").json() is None
    assert client.post("/api/household", first, content_type="application/json").status_code == 201
    second = client.post("/api/household", keys(), content_type="application/json")
    assert (second.status_code, second.json()["code"]) == (409, "household-set")
    assert client.get("/api/household").json() == json.loads(first)


def test_a_recipient_with_a_false_checksum_is_refused(cast: Cast) -> None:
    told = json.loads(keys())
    told["recipient"] = told["recipient"][:-1] + ("q" if told["recipient"][-1] != "q" else "p")
    answer = cast.alice.client.post("/api/household", json.dumps(told), content_type="application/json")
    assert answer.status_code == 422
    assert cast.alice.client.get("/api/household").json() is None


def test_a_camera_gets_a_token_that_is_shown_once_and_kept_as_a_hash(cast: Cast) -> None:
    home = cast.alices_home
    told = {"id": new_id(), "cell": home.camera.cell, "label_b64": "A" * 120}
    answer = cast.alice.client.post("/api/cameras", json.dumps(told), content_type="application/json")
    token = answer.json()["hub_token"]
    assert answer.status_code == 201
    assert token not in {row.digest for row in HubToken.objects.all()}
    listed = cast.alice.client.get("/api/cameras")
    assert {camera["id"] for camera in listed.json()} == {home.camera.pk, told["id"]}
    assert token not in listed.content.decode()


@pytest.mark.parametrize(
    "cell", ["8829a1d757fffff", "892a100d2c3ffff", "7f29a1d757fffff", "87", "87" + "g" * 13]
)
def test_a_cell_finer_or_coarser_than_agreed_is_refused(cell: str, cast: Cast) -> None:
    told = {"id": new_id(), "cell": cell, "label_b64": "A" * 120}
    assert cast.alices_home.camera.cell == cell_of(_place())
    answer = cast.alice.client.post("/api/cameras", json.dumps(told), content_type="application/json")
    assert answer.status_code in (400, 422)


def _place() -> Any:
    from tests.cast import PLACE

    return PLACE


def test_a_camera_without_a_household_key_is_refused(cast: Cast) -> None:
    told = {"id": new_id(), "cell": cell_of(_place()), "label_b64": "A" * 120}
    answer = cast.bob.client.post("/api/cameras", json.dumps(told), content_type="application/json")
    assert answer.json()["code"] == "household-missing"


def test_clips_come_in_pages_newest_first_none_twice(cast: Cast) -> None:
    home = cast.alices_home
    made = [home.clip(start=NOW + timedelta(minutes=n // 2)).pk for n in range(7)]
    seen: list[str] = []
    before = ""
    while True:
        page = cast.alice.client.get(f"/api/clips?limit=3{before}").json()
        seen += [clip["id"] for clip in page["clips"]]
        if page["next"] is None:
            break
        before = f"&before={page['next']}"
    assert sorted(seen) == sorted(made)
    starts = [Clip.objects.get(pk=pk).start for pk in seen]
    assert starts == sorted(starts, reverse=True)


@pytest.mark.parametrize(
    ("wanted", "status", "first", "last"),
    [
        ("bytes=0-9", 206, 0, 9),
        ("bytes=10-", 206, 10, 519),
        ("bytes=-20", 206, 500, 519),
        ("bytes=-9999", 206, 0, 519),
        ("bytes=500-9999", 206, 500, 519),
        ("bytes=519-519", 206, 519, 519),
        ("bytes=0-1,5-6", 200, 0, 519),
        ("bytes=9-3", 200, 0, 519),
        ("bytes=-", 200, 0, 519),
        ("lines=1-2", 200, 0, 519),
    ],
)
def test_a_payload_is_sent_whole_or_as_the_one_range_asked_for(
    wanted: str, status: int, first: int, last: int, cast: Cast
) -> None:
    payload = bytes(n % 251 for n in range(520))
    clip = cast.alices_home.clip(payload)
    answer = cast.alice.client.get(f"/api/clips/{clip.pk}/payload", headers={"Range": wanted})
    assert answer.status_code == status
    assert body_of(answer) == payload[first : last + 1]
    assert answer["Content-Length"] == str(last - first + 1)
    if status == 206:
        assert answer["Content-Range"] == f"bytes {first}-{last}/520"


@pytest.mark.parametrize("wanted", ["bytes=520-", "bytes=9999-10000", "bytes=-0"])
def test_a_range_with_no_byte_in_it_is_416(wanted: str, cast: Cast) -> None:
    clip = cast.alices_home.clip(bytes(520))
    answer = cast.alice.client.get(f"/api/clips/{clip.pk}/payload", headers={"Range": wanted})
    assert (answer.status_code, answer["Content-Range"]) == (416, "bytes */520")


def test_a_range_of_another_version_is_sent_whole(cast: Cast) -> None:
    clip = cast.alices_home.clip(bytes(520))
    headers = {"Range": "bytes=0-9", "If-Range": '"other"'}
    assert cast.alice.client.get(f"/api/clips/{clip.pk}/payload", headers=headers).status_code == 200


def test_the_download_is_header_and_payload_in_one(cast: Cast) -> None:
    clip = cast.alices_home.clip(b"p" * 700_000)
    answer = cast.alice.client.get(f"/home/clips/{clip.pk}/clip.age")
    assert body_of(answer) == bytes(clip.header) + b"p" * 700_000
    assert answer["Content-Length"] == str(len(clip.header) + 700_000)
    assert answer["Content-Disposition"] == f'attachment; filename="{clip.pk}.age"'


def test_deleting_deletes_row_and_payload(cast: Cast, django_capture_on_commit_callbacks: Any) -> None:
    clip = cast.alices_home.clip()
    with django_capture_on_commit_callbacks(execute=True):
        assert cast.alice.client.post(f"/home/clips/{clip.pk}/delete/").status_code == 302
    assert not Clip.objects.filter(pk=clip.pk).exists()
    assert not payloads.path(clip.pk).exists()
    assert cast.alice.client.get(f"/api/clips/{clip.pk}").status_code == 404


def test_a_copy_kept_for_an_agency_outlives_the_clip(cast: Cast, home: Path) -> None:
    clip = cast.alices_home.clip(b"kept" * 100)
    payloads.keep_copy(clip.pk, home / "kept" / clip.pk)
    payloads.remove(clip.pk)
    assert (home / "kept" / clip.pk).read_bytes() == b"kept" * 100


EXITS = [
    "/api/clips/{}",
    "/api/clips/{}/payload",
    "/api/clips?before={}",
    "/home/?before={}",
    "/home/clips/{}/",
    "/home/clips/{}/clip.age",
]


@pytest.mark.parametrize("path", EXITS)
@pytest.mark.parametrize("who", ["bob", "mallory", "carol", "erin", "olga"])
def test_alices_clip_is_for_others_the_same_as_none(path: str, who: str, cast: Cast) -> None:
    clip, client = cast.alices_home.clip(), getattr(cast, who).client
    theirs, nobodys = client.get(path.format(clip.pk)), client.get(path.format(new_id()))
    assert theirs.status_code == nobodys.status_code == 404
    assert theirs.content == nobodys.content


def test_nobody_deletes_alices_clip_but_alice(cast: Cast) -> None:
    clip = cast.alices_home.clip()
    assert cast.mallory.client.post(f"/home/clips/{clip.pk}/delete/").status_code == 404
    assert Client().post(f"/home/clips/{clip.pk}/delete/").status_code == 302
    assert Clip.objects.filter(pk=clip.pk).exists()


@pytest.mark.parametrize("path", ["/home/", "/home/key/", "/home/cameras/", "/api/clips", "/api/household"])
def test_a_stranger_is_asked_to_sign_in(path: str) -> None:
    answer = Client().get(path)
    if path.startswith("/api/"):
        assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
    else:
        assert answer["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("path", ["/home/", "/home/key/", "/home/cameras/", "/api/clips", "/api/cameras"])
def test_an_officer_has_no_library(path: str, cast: Cast) -> None:
    assert cast.carol.client.get(path).status_code == 404


def test_a_call_without_the_sessions_token_changes_nothing(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.alice.user)
    answer = client.post("/api/household", keys(), content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf")
    assert cast.alice.client.get("/api/household").json() is None
