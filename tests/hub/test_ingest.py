"""A whole file through the hub: motion, clips, sealing, spool, upload."""

import hashlib
import io
import json
import os
from datetime import UTC, datetime
from pathlib import Path

import av
import pytest

from tests.fakes.clip_server import ClipServer
from tests.hub.conftest import AliceHub, secrets_of
from vicinage.hub.errors import CameraError
from vicinage.hub.main import ingest_file
from vicinage.seal import unseal

START = datetime(2026, 11, 20, 9, 30, 0, tzinfo=UTC)


def test_a_file_becomes_a_sealed_clip_on_the_server(
    alice: AliceHub, server: ClipServer, street: Path
) -> None:
    alice.pair(str(street))
    result = ingest_file(alice.home, street, START, paced=False)
    assert result.motion == [[pytest.approx(4.0, abs=0.5), pytest.approx(15.6, abs=0.7)]]
    (made,) = result.clips
    assert server.complete() == [made.clip]
    offer = server.offers[made.clip]
    mp4 = unseal.open_bytes(server.age_file(made.clip), alice.household.identity)
    assert hashlib.sha256(mp4).hexdigest() == made.sha256
    label = json.loads(unseal.open_bytes(offer.label, alice.household.identity))["statement"]
    assert label["sha256"] == made.sha256
    assert label["video"] == {"codec": "h264", "width": 480, "height": 270}
    assert label["clock_offset_ms"] == pytest.approx(0, abs=200)
    assert unseal.open_bytes(offer.thumbnail, alice.household.identity)[:2] == b"\xff\xd8"
    with av.open(io.BytesIO(mp4), "r") as container:
        pictures = len(list(container.decode(video=0)))
        assert pictures == round((made.end_s - made.start_s) * 15)


def test_the_clip_begins_at_its_place_in_the_file(alice: AliceHub, server: ClipServer, street: Path) -> None:
    alice.pair(str(street))
    (made,) = ingest_file(alice.home, street, START, paced=False).clips
    assert made.start_s == pytest.approx(1.0, abs=1.0)
    assert made.end_s == pytest.approx(19.6, abs=0.8)
    begun = datetime.fromisoformat(server.offers[made.clip].start)
    assert (begun - START).total_seconds() == pytest.approx(made.start_s, abs=0.002)


def test_a_file_without_a_time_ends_now(alice: AliceHub, server: ClipServer, busy: Path) -> None:
    alice.pair(str(busy))
    (made,) = ingest_file(alice.home, busy, None, paced=False).clips
    end = datetime.fromisoformat(server.offers[made.clip].end)
    assert 0 <= (datetime.now(UTC) - end).total_seconds() < 20


def test_nothing_plain_is_left_on_the_disk_or_sent(alice: AliceHub, server: ClipServer, busy: Path) -> None:
    alice.pair(str(busy))
    ingest_file(alice.home, busy, START, paced=False)
    pieces = [busy.read_bytes()[at : at + 64] for at in range(4096, busy.stat().st_size - 64, 4096)]
    kept = b"".join(
        p.read_bytes() for p in alice.home.rglob("*") if p.is_file() and p.parent.name != "cameras"
    )
    assert pieces
    for piece in [*pieces, *secrets_of(alice)]:
        assert piece not in kept
        assert piece not in server.heard


def test_a_quiet_file_makes_no_clip(alice: AliceHub, server: ClipServer, quiet: Path) -> None:
    alice.pair(str(quiet))
    assert ingest_file(alice.home, quiet, START, paced=False) == ([], [])
    assert server.offers == {}


def test_a_busy_server_does_not_stop_it(alice: AliceHub, server: ClipServer, busy: Path) -> None:
    alice.pair(str(busy))
    server.failures = [503, 503]
    ingest_file(alice.home, busy, START, paced=False)
    assert len(server.complete()) == 1


def test_not_a_video_is_refused_and_leaves_nothing(
    alice: AliceHub, server: ClipServer, tmp_path: Path
) -> None:
    letter = tmp_path / "letter.mp4"
    letter.write_bytes(os.urandom(20_000))
    alice.pair(str(letter))
    with pytest.raises(CameraError) as caught:
        ingest_file(alice.home, letter, START, paced=False)
    assert caught.value.code == "camera-not-a-video"
    assert server.offers == {}
