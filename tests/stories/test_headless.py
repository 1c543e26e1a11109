"""The main job without a browser: `vicinage demo` leaves what it promises, and leaks nothing.

One telling by real processes serves most of these tests. What reached the server is read back as
bytes: every file of its state, its logs, and every HTTP request that hub and devices sent.
"""

import base64
import hashlib
import json
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import av
import httpx
import numpy as np
import pytest

from vicinage.core.commitment import check_opening
from vicinage.demo import scene, story
from vicinage.demo.town import FRONT_DOOR
from vicinage.seal.keys import Household

VICINAGE = [sys.executable, "-m", "vicinage.cli"]


class Told(NamedTuple):
    """A finished telling: what it left, where its state was, its summary, and all requests as bytes."""

    out: Path
    state: Path
    summary: dict[str, Any]
    requests: bytes


def vicinage(*command: object) -> subprocess.CompletedProcess[str]:
    """Run the console command as a process of its own."""
    line = [*VICINAGE, *map(str, command)]
    return subprocess.run(line, capture_output=True, text=True, check=False, timeout=180)


def age(identity: Path, sealed: Path) -> bytes:
    """Open a file with Debian's stock age."""
    return subprocess.run(["age", "-d", "-i", identity, sealed], capture_output=True, check=True).stdout


def grey(path: Path, seconds: int) -> None:
    """A video of one grey picture, ten times a second."""
    with av.open(str(path), "w") as out:
        stream: Any = out.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt, stream.gop_size = 320, 240, "yuv420p", 10
        picture = av.VideoFrame.from_ndarray(np.full((240, 320, 3), 128, np.uint8), format="rgb24")
        for number in range(seconds * 10):
            picture.pts = number
            out.mux(stream.encode(picture))
        out.mux(stream.encode(None))


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """The story on the demo's own minute, with every HTTP request recorded."""
    folder = tmp_path_factory.mktemp("story")
    video = scene.render(folder / "street.mp4", take=scene.Take(width=640, height=360, rate=10))
    sent: list[bytes] = []
    handle = httpx.HTTPTransport.handle_request

    def recorded(self: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
        head = [f"{request.method} {request.url}".encode()]
        head += [name + b": " + value for name, value in request.headers.raw]
        sent.append(b"\n".join([*head, request.read()]))
        return handle(self, request)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(httpx.HTTPTransport, "handle_request", recorded)
        summary = story.tell(video, folder / "out", state=folder / "state")
    return Told(folder / "out", folder / "state", summary, b"\n\n".join(sent))


def test_every_promised_file_is_there_and_no_other(told: Told) -> None:
    names = {path.relative_to(told.out).as_posix() for path in told.out.iterdir()}
    assert names == {"log", "clips", "owner-identity.txt", "handover", "package", "receipt", "summary.json"}
    assert {path.name for path in (told.out / "log").iterdir()} >= {
        *("checkpoint", "tile", "policy", "vkeys", "vkeys-mldsa"),
    }
    assert {path.name for path in (told.out / "handover").iterdir()} == {"clip.age", "agency-identity.txt"}
    assert {path.name for path in (told.out / "receipt").iterdir()} == {"consent.leaf", "consent.tlog-proof"}
    assert {path.suffix for path in (told.out / "clips").iterdir()} == {".age"}


def test_the_summary_tells_of_motion_clips_rfa_and_findings(told: Told) -> None:
    summary = json.loads((told.out / "summary.json").read_text())
    assert summary == told.summary
    truth = scene.happenings()
    for happening in truth:
        assert any(a < happening.end_s and b > happening.start_s for a, b in summary["motion"]), happening
    assert all(0 <= a < b <= scene.SECONDS + 1 for a, b in summary["motion"])
    assert summary["clips"]
    for clip in summary["clips"]:
        assert any(a < clip["end_s"] and b > clip["start_s"] for a, b in summary["motion"])
    assert summary["findings"] == []
    assert summary["rfa"]["leaf"]["rfa"] == summary["rfa"]["id"]


def test_stock_age_opens_the_owners_clips_to_the_hashes_of_the_summary(told: Told) -> None:
    opened = {
        hashlib.sha256(age(told.out / "owner-identity.txt", sealed)).hexdigest()
        for sealed in (told.out / "clips").iterdir()
    }
    assert opened == {clip["sha256"] for clip in told.summary["clips"]}


def test_stock_age_opens_what_the_agency_got(told: Told) -> None:
    clip = age(told.out / "handover/agency-identity.txt", told.out / "handover/clip.age")
    assert hashlib.sha256(clip).hexdigest() in {clip["sha256"] for clip in told.summary["clips"]}
    assert clip[4:8] == b"ftyp"


def test_the_agencys_identity_opens_no_clip_of_the_owners(told: Told) -> None:
    for sealed in (told.out / "clips").iterdir():
        with pytest.raises(subprocess.CalledProcessError):
            age(told.out / "handover/agency-identity.txt", sealed)


def test_anyone_verifies_the_package_offline(told: Told) -> None:
    done = vicinage("verify", told.out / "package", "--policy", told.out / "log" / "policy")
    assert done.returncode == 0, done.stdout + done.stderr


def test_anyone_audits_the_log_offline(told: Told) -> None:
    done = vicinage("audit", told.out / "log", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["ok"] is True


def test_the_receipts_leaf_is_an_entry_of_the_log_and_its_opening_fits(told: Told) -> None:
    leaf = (told.out / "receipt/consent.leaf").read_bytes()
    bundles = b"".join(
        path.read_bytes() for path in (told.out / "log/tile/entries").rglob("*") if path.is_file()
    )
    assert struct.pack(">H", len(leaf)) + leaf in bundles
    consent = json.loads((told.out / "package/data/consent.json").read_text())
    opened = check_opening(consent["opening"], json.loads(leaf)["c"])
    assert opened["rfa"] == told.summary["rfa"]["id"]
    assert opened == consent["statement"]


def on_disk(state: Path) -> bytes:
    """Every byte below the server's state folder: database, payloads, log, witness, mail, logs."""
    return b"\n\n".join(path.read_bytes() for path in sorted(state.rglob("*")) if path.is_file())


@pytest.fixture(scope="module")
def reached(told: Told) -> bytes:
    """All that reached the server: its disk and the requests to it."""
    return on_disk(told.state / "server") + told.requests


def test_what_should_reach_the_server_is_found_there(told: Told, reached: bytes) -> None:
    """The search finds things at all: sealed bytes on the disk, the rfa's title in both."""
    sealed = next((told.out / "clips").iterdir()).read_bytes()
    assert sealed[-64:] in on_disk(told.state / "server")
    assert sealed[-64:] in told.requests
    assert told.summary["rfa"]["text"]["title"].encode() in reached


def test_no_plaintext_video_reaches_the_server(told: Told, reached: bytes) -> None:
    for sealed in (told.out / "clips").iterdir():
        clip = age(told.out / "owner-identity.txt", sealed)
        parts = [clip[at : at + 32] for at in range(0, len(clip) - 32, max(1, len(clip) // 400))]
        telling = [part for part in parts if len(set(part)) > 16]  # not the zeros that any file holds
        assert len(telling) > 200
        assert not [part for part in telling if part in reached]


def test_no_cameras_place_or_name_reaches_the_server(reached: bytes) -> None:
    for degrees in (FRONT_DOOR.lat, FRONT_DOOR.lon):
        near = f"{abs(degrees):.5f}"[:-1].encode()  # to some ten metres
        assert near not in reached
        assert near.hex().encode() not in reached
        # Base64 blurs the ends of what it encodes: one digit more, or a public area nearby is taken for it.
        for marker in (f"{abs(degrees):.6f}"[:-1], repr(degrees)):
            assert not [form for form in spellings(marker.encode()) if form in reached], marker
        for packed in ("<d", ">d", "<f", ">f"):
            assert struct.pack(packed, degrees) not in reached, packed
    assert not [form for form in spellings(b"Front door") if form in reached]


def spellings(marker: bytes) -> set[bytes]:
    """The marker as it is, in hex, in an address, and in base64 wherever in the encoded bytes it begins."""
    forms = {marker, marker.hex().encode(), marker.hex().upper().encode(), quote(marker).encode()}
    for before in range(3):
        whole = base64.b64encode(bytes(before) + marker)
        sure = whole[
            (before * 8 + 5) // 6 : (before + len(marker)) * 8 // 6
        ]  # what depends on the marker alone
        forms |= {sure, sure.replace(b"+", b"-").replace(b"/", b"_")}
    return forms


def test_the_search_finds_a_marker_in_whatever_form() -> None:
    for before in range(4):
        told = bytes(range(before)) + b"Front door, 39.28" + b"xyz"
        for encode in (bytes, base64.b64encode, base64.urlsafe_b64encode, base64.b16encode):
            assert any(form in encode(told) for form in spellings(b"Front door")), (before, encode)


def test_no_household_secret_reaches_the_server(told: Told, reached: bytes) -> None:
    text = (told.out / "owner-identity.txt").read_text()
    household = Household.parse(text)
    secrets = [household.identity.secret, household.signing_seed]
    for secret in secrets:
        assert not [form for form in spellings(secret) if form in reached]
    assert not [form for form in spellings(b"AGE-SECRET-KEY") if form in reached]
    assert household.identity.recipient.encode() in reached  # the public half, which it may know


def test_no_agencys_secret_reaches_the_server(told: Told, reached: bytes) -> None:
    secret = (told.out / "handover/agency-identity.txt").read_text().strip()
    assert not [form for form in spellings(secret.encode()) if form in reached]


@pytest.mark.parametrize("name", ["manifest-sha256.txt", "data/rfa.leaf", "data/consent.json"])
def test_a_changed_package_is_refused(told: Told, tmp_path: Path, name: str) -> None:
    package = tmp_path / "package"
    subprocess.run(["cp", "-r", told.out / "package", package], check=True)
    data = bytearray((package / name).read_bytes())
    data[len(data) // 2] ^= 1
    (package / name).write_bytes(data)
    assert vicinage("verify", package).returncode == 1


def test_a_video_without_motion_leaves_log_and_summary_and_says_so(tmp_path: Path) -> None:
    still = tmp_path / "still.mp4"
    grey(still, seconds=6)
    done = vicinage("demo", "--video", still, "--out", tmp_path / "out", "--json")
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert (summary["motion"], summary["clips"]) == ([], [])
    assert "no motion" in summary["note"]
    assert (tmp_path / "out" / "log" / "checkpoint").is_file()
    assert (tmp_path / "out" / "summary.json").is_file()
    assert not (tmp_path / "out" / "package").exists()


def test_a_file_that_is_no_video_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "notes.mp4").write_text("These are notes, not a video.\n" * 100)
    done = vicinage("demo", "--video", tmp_path / "notes.mp4", "--out", tmp_path / "out")
    assert done.returncode == 2
    assert "[camera-not-a-video]" in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_folder_that_is_not_empty_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    (tmp_path / "v.mp4").write_bytes(b"x")
    done = vicinage("demo", "--video", tmp_path / "v.mp4", "--out", tmp_path / "out")
    assert done.returncode == 2
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mine.txt"]
