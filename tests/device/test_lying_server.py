"""Mallory's server answers whatever it likes; a device ends in a sentence, and believes nothing unproven."""

import base64
import gzip
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.device.lying import Lies, page, to, told
from vicinage.core.clip import ClipStatement, signed_bytes
from vicinage.core.ids import make_id
from vicinage.core.span import Span
from vicinage.device import applicant, desk, officer
from vicinage.device.errors import DeviceError, RefusedError, UntrustedError
from vicinage.device.owner import Owner
from vicinage.device.page import read_page
from vicinage.errors import VicinageError
from vicinage.seal import box, sign
from vicinage.seal.keys import Household, Identity

AT = datetime(2026, 11, 22, 14, tzinfo=UTC)
ALICE, SEED = Household.generate(), bytes(32)
CAMERA, CLIP = make_id(b"camera-cam"), make_id(b"clip-clip-")


def b64(data: bytes) -> str:
    """Standard base64."""
    return base64.b64encode(data).decode()


def sealed(value: object) -> str:
    """What anybody can seal to Alice, in base64."""
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return b64(box.seal_bytes(data, [ALICE.identity.recipient]))


def statement(**changes: Any) -> ClipStatement:
    """What the hub states of the clip."""
    given: dict[str, Any] = {
        "clip": CLIP,
        "camera": CAMERA,
        "span": Span(AT, AT + timedelta(seconds=8)),
        "clock_offset_ms": None,
        "sha256": "ab" * 32,
        "size": 9,
        "payload_sha256": "cd" * 32,
        "codec": "h264",
        "width": 64,
        "height": 36,
        "motion": (),
        "hub": sign.public_key(SEED),
    }
    return ClipStatement(**{**given, **changes})


def camera_label() -> dict[str, object]:
    """The camera's label."""
    return {"v": 1, "name": "Door", "lat": 34.0, "lon": -118.0, "hub": sign.public_key(SEED)}


def clip_label(stated: ClipStatement | None = None, seed: bytes = SEED) -> dict[str, object]:
    """A clip's label."""
    said = stated or statement()
    return {"v": 1, "statement": said.members(), "signature": sign.sign(seed, signed_bytes(said))}


def library(camera_label: object, clip: object, **record: object) -> Owner:
    """Alice's device before a server that lists these labels."""
    listed = {
        "id": CLIP,
        "camera": CAMERA,
        "start": "2026-11-22T14:00:00.000Z",
        "end": "2026-11-22T14:00:08.000Z",
        "payload_size": 100,
        "payload_sha256": "cd" * 32,
        "header_b64": b64(b"h" * 168),
        "label_b64": sealed(clip),
        "thumbnail_b64": "",
        **record,
    }
    lies = Lies(
        {
            "GET /api/cameras": told(
                [{"id": CAMERA, "cell": "8729a1d75ffffff", "label_b64": sealed(camera_label)}]
            ),
            "GET /api/clips": told({"clips": [listed], "next": None}),
        }
    )
    return Owner(lies.session, ALICE)


def test_what_the_hub_signed_is_listed() -> None:
    assert [clip.statement.clip for clip in library(camera_label(), clip_label()).clips()] == [CLIP]


@pytest.mark.parametrize(
    ("clip", "record"),
    [
        (clip_label(seed=bytes([7]) * 32), {}),
        (clip_label(statement(clip=make_id(b"other-clip"))), {}),
        (clip_label(), {"camera": make_id(b"other-cam-")}),
        (clip_label(statement(hub=sign.public_key(bytes([7]) * 32)), bytes([7]) * 32), {}),
        ({**clip_label(), "signature": None}, {}),
        ({**clip_label(), "signature": ""}, {}),
        ({**clip_label(), "statement": []}, {}),
        ({"v": 1}, {}),
        ([], {}),
        (b"no json", {}),
        (b"\xff", {}),
        (b"[" * 5000, {}),
    ],
)
def test_a_clip_that_its_cameras_hub_did_not_sign_is_not_ours(
    clip: object, record: dict[str, object]
) -> None:
    with pytest.raises(UntrustedError, match="device-clip-not-ours"):
        list(library(camera_label(), clip, **record).clips())


@pytest.mark.parametrize(
    "camera",
    [
        b"no json",
        b"\xff",
        [],
        {},
        {**camera_label(), "lat": "north"},
        {**camera_label(), "lat": 1e9},
        {**camera_label(), "hub": 5},
        {**camera_label(), "name": None},
        None,
    ],
)
def test_a_camera_label_that_no_browser_of_hers_wrote_is_not_hers(camera: object) -> None:
    with pytest.raises(UntrustedError, match="device-camera-not-ours"):
        library(camera, clip_label()).cameras()


def test_a_label_that_is_sealed_to_another_is_not_opened() -> None:
    other = b64(box.seal_bytes(b"{}", [Identity.generate().recipient]))
    with pytest.raises(VicinageError):
        list(library(camera_label(), clip_label(), label_b64=other).clips())


def test_the_sealed_copy_of_another_household_is_not_taken_for_ones_own() -> None:
    keys = {
        "recipient": Identity.generate().recipient,
        "signing_key_b64": b64(b"k" * 32),
        "recovery_b64": b64(box.seal_passphrase(ALICE.text.encode(), "one-two", log_n=4)),
    }
    lies = Lies({"GET /api/household": told(keys)})
    with pytest.raises(UntrustedError, match="device-other-household"):
        Owner.recover(lies.session, "one-two")
    with pytest.raises(VicinageError):
        Owner.recover(lies.session, "one-too")
    lies.answers["GET /api/household"] = told(
        {**keys, "recovery_b64": b64(box.seal_passphrase(b"\xff", "one-two", log_n=4))}
    )
    with pytest.raises(VicinageError):
        Owner.recover(lies.session, "one-two")


@pytest.mark.parametrize("label", ["html", "null", "huge", "bits", "nested", "twice"])
def test_what_is_no_message_ends_in_a_sentence(label: str) -> None:
    answers = {
        "html": page("<p>Hello</p>"),
        "null": told(None),
        "huge": httpx.Response(200, content=b"[" + b" " * 3000 + b"]"),
        "bits": httpx.Response(200, content=b'{"now": "\xff"}'),
        "nested": httpx.Response(200, content=b"[" * 2000),
        "twice": told([1]),
    }
    with pytest.raises(VicinageError):
        Lies({"GET /x": answers[label]}).session.ask(dict, "GET", "/x", limit=2500)


@pytest.mark.parametrize(
    "body", [b"", b"{", b'{"title":"\xff"}', b"[" * 5000, b'{"status":"x"}', b"<p class=error>No"]
)
@pytest.mark.parametrize("status", [301, 304, 400, 404, 500, 599])
def test_a_refusal_without_problem_details_is_told_by_its_status(status: int, body: bytes) -> None:
    for headers in ({}, {"Content-Type": "text/html"}):
        session = Lies({"GET /x": httpx.Response(status, content=body, headers=headers)}).session
        with pytest.raises(RefusedError) as refused:
            session.fetch("/x")
        assert (refused.value.code, refused.value.status) == (f"http-{status}", status)


class Endless(httpx.SyncByteStream):
    """A body without an end, that counts what was taken."""

    taken = 0

    def __iter__(self) -> Iterator[bytes]:
        while True:
            self.taken += 1000
            yield b"x" * 1000


def test_of_an_endless_answer_no_more_is_taken_than_may_come() -> None:
    body = Endless()
    with pytest.raises(DeviceError, match="device-too-large"):
        Lies({"GET /log/checkpoint": httpx.Response(200, stream=body)}).session.fetch(
            "/log/checkpoint", 10_000
        )
    assert body.taken < 20_000


def test_a_small_answer_that_unpacks_to_a_large_one_is_not_taken_whole() -> None:
    packed = gzip.compress(bytes(50_000_000))
    bomb = httpx.Response(200, headers={"Content-Encoding": "gzip"}, stream=httpx.ByteStream(packed))
    with pytest.raises(DeviceError, match="device-too-large"):
        Lies({"GET /x": bomb}).session.fetch("/x", 10_000)


def test_an_answer_that_says_it_is_packed_and_is_not_ends_in_a_sentence() -> None:
    def odd() -> httpx.Response:
        return httpx.Response(200, headers={"Content-Encoding": "gzip"}, stream=httpx.ByteStream(b"plain"))

    with pytest.raises(DeviceError):
        Lies({"GET /x": odd()}).session.fetch("/x")
    with pytest.raises(DeviceError), Lies({"GET /x": odd()}).session.stream("/x") as parts:
        list(parts)


@pytest.mark.parametrize("answer", [to("/accounts/login/"), page("", 404), httpx.Response(304)])
def test_a_session_that_has_ended_downloads_nothing_that_looks_like_a_clip(
    answer: httpx.Response, tmp_path: Path
) -> None:
    lies = Lies(
        {
            "POST /agency/handovers/h/clips/c.age": answer,
            "POST /agency/handovers/h/package.zip": answer,
            "GET /home/": page(""),
        }
    )
    with pytest.raises(RefusedError):
        officer.download_clip(lies.session, "h", "c", tmp_path / "clip.age", "trial")
    with pytest.raises(RefusedError):
        officer.download_package(lies.session, "h", tmp_path / "package.zip", "trial")
    assert list(tmp_path.iterdir()) == []


def test_pages_without_the_form_that_a_role_needs_are_refusals() -> None:
    bare = Lies(
        {
            f"GET {path}": page("<p>Hello</p>")
            for path in (
                "/agency/join/t/",
                "/agency/rfas/r/",
                "/moderation/rfas/r/",
                "/operation/applications/a/",
                "/agencies/apply/",
                "/agencies/apply/t/",
                "/agency/officers/invite/",
            )
        }
    )
    attempts: tuple[Callable[[], object], ...] = (
        lambda: officer.join(bare.session, "/agency/join/t/"),
        lambda: officer.resolve(bare.session, "r"),
        lambda: desk.approve(bare.session, "r"),
        lambda: desk.reject(bare.session, "r", "No."),
        lambda: desk.call_back(bare.session, "a", "The desk"),
        lambda: desk.approve_agency(bare.session, "a"),
        lambda: applicant.apply(bare.session, {"name": "X"}),
        lambda: applicant.sign(bare.session, "/agencies/apply/t/", "X", "Chief"),
        lambda: officer.invite(bare.session, "x@y.example", may_ask=True, may_collect=True),
    )
    for attempt in attempts:
        with pytest.raises(RefusedError, match="device-no-form"):
            attempt()
    assert {request.method for request in bare.sent} == {"GET"}


@settings(max_examples=150, deadline=None)
@given(st.text(st.sampled_from("<>/!-[]\"'= {}&#;abCDATAforminputscriptidisland-data"), max_size=120))
def test_no_page_breaks_the_reader_of_pages(html: str) -> None:
    assert read_page("/", 200, html).status == 200


@pytest.mark.parametrize(
    "html",
    [
        "<![if x]>",
        "<![x<form><input name=a></form>",
        '<script id="island-data">{"a":</script>',
        '<script id="island-data">' + "[" * 100_000 + "</script>",
        "<!--" * 1000,
        "<form>" * 1000,
    ],
)
def test_a_broken_page_gives_less_and_no_error(html: str) -> None:
    assert read_page("/", 200, html).island is None
