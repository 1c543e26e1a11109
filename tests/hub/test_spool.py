"""The spool on disk, whole, half written, damaged and full."""

import hashlib
import subprocess
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import pytest

from tests.hub.conftest import CAMERA, AliceHub, secrets_of
from vicinage.core.clip import ClipStatement
from vicinage.hub import clip as clips
from vicinage.hub.camera import Picture
from vicinage.hub.clip import Clip
from vicinage.hub.keep import Keeper
from vicinage.hub.match import History
from vicinage.hub.spool import Spool
from vicinage.wire.hub import ClipOffer

START = datetime(2026, 11, 22, 14, 0, 0, tzinfo=UTC)


def keep(alice: AliceHub, spool: Spool, mp4: bytes = b"plain " * 1000) -> ClipStatement:
    """Seal and spool one clip."""
    keeper = Keeper(alice.paired.pairing, spool, History(alice.home, CAMERA))
    clip = Clip(mp4, b"", Picture("h264", 640, 360), START, 5.0, [], None)
    statement = keeper.keep(clip, threading.Event())
    assert statement is not None
    return statement


@pytest.fixture
def paired(alice: AliceHub) -> AliceHub:
    """Alice's hub, paired."""
    alice.pair("http://camera.example/stream")
    return alice


def test_what_was_spooled_waits_and_is_only_ciphertext(paired: AliceHub, tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    statement = keep(paired, spool)
    (waiting,) = spool.waiting()
    assert waiting.offer.id == statement.clip
    assert waiting.is_intact()
    written = b"".join(path.read_bytes() for path in (tmp_path / "spool").rglob("*") if path.is_file())
    assert b"plain plain" not in written
    assert not any(secret in written for secret in secrets_of(paired))


def test_a_clip_that_only_lacks_its_name_is_adopted_on_start(paired: AliceHub, tmp_path: Path) -> None:
    statement = keep(paired, Spool(tmp_path / "spool"))
    (tmp_path / "spool" / statement.clip).rename(tmp_path / "spool" / f"{statement.clip}.partial")
    assert [waiting.offer.id for waiting in Spool(tmp_path / "spool").waiting()] == [statement.clip]


@pytest.mark.parametrize("lacking", ["payload", "offer.json"])
def test_a_clip_that_was_not_yet_whole_is_cleared_away(
    paired: AliceHub, tmp_path: Path, lacking: str
) -> None:
    statement = keep(paired, Spool(tmp_path / "spool"))
    partial = tmp_path / "spool" / f"{statement.clip}.partial"
    (tmp_path / "spool" / statement.clip).rename(partial)
    (partial / lacking).write_bytes((partial / lacking).read_bytes()[:-5])
    assert Spool(tmp_path / "spool").waiting() == []
    assert not partial.exists()


def test_a_damaged_clip_is_set_aside_and_does_not_hold_up_the_others(
    paired: AliceHub, tmp_path: Path
) -> None:
    spool = Spool(tmp_path / "spool")
    damaged, whole = keep(paired, spool), keep(paired, spool)
    (tmp_path / "spool" / damaged.clip / "payload").write_bytes(b"short")
    assert [waiting.offer.id for waiting in spool.waiting()] == [whole.clip]
    assert spool.refused() == {damaged.clip}


def test_a_write_that_fails_leaves_nothing(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")

    def close(payload: BinaryIO) -> ClipOffer:
        payload.write(b"half")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        spool.add(clips.new_id(), close)
    assert list((tmp_path / "spool").iterdir()) == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one megabyte."""
    path = tmp_path / "disk"
    path.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(path)], capture_output=True)
    if done.returncode:
        pytest.skip("this machine does not let the test mount a small disk")
    yield path
    subprocess.run(["umount", "-l", str(path)], check=False)


def test_a_full_disk_is_waited_for_and_what_was_spooled_stays(paired: AliceHub, small_disk: Path) -> None:
    spool = Spool(small_disk / "spool")
    first = keep(paired, spool, b"x" * 600_000)
    digest = hashlib.sha256((small_disk / "spool" / first.clip / "payload").read_bytes()).hexdigest()
    kept: list[ClipStatement] = []
    waiting = threading.Thread(target=lambda: kept.append(keep(paired, spool, b"y" * 600_000)))
    waiting.start()
    time.sleep(1.0)
    assert not kept, "the second clip does not fit"
    assert [clip.offer.id for clip in spool.waiting()] == [first.clip]
    assert spool.waiting()[0].is_intact()
    assert hashlib.sha256(spool.waiting()[0].payload.read_bytes()).hexdigest() == digest
    spool.done(first.clip)
    waiting.join(10)
    assert [clip.offer.id for clip in spool.waiting()] == [kept[0].clip]
    assert spool.waiting()[0].is_intact()


def test_while_the_disk_is_full_only_the_newest_clips_stay_in_memory(
    paired: AliceHub, tmp_path: Path
) -> None:
    keeper = Keeper(paired.paired.pairing, Spool(tmp_path / "spool"), History(paired.home, CAMERA))
    for second in range(5):
        keeper.put(Clip(b"x", b"", Picture("h264", 640, 360), START.replace(second=second), 1.0, [], None))
    assert keeper._queue.qsize() == 2
