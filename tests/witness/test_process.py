"""The witness as a process: its files, its key, two at once, and death between record and answer."""

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.tlog.small_log import ORIGIN, SmallLog, numbered
from vicinage.errors import VicinageError
from vicinage.tlog import checkpoint, keys
from vicinage.tlog.errors import NoteError, TileError
from vicinage.wire import witness as client
from vicinage.wire.codec import WireError
from vicinage.witness.home import Home

START = (
    "import sys; from pathlib import Path; from vicinage.witness import serve; serve(Path(sys.argv[1]), 0)"
)


@contextmanager
def running(home: Path, kill_at: str = "") -> Iterator[tuple[subprocess.Popen[str], str, keys.VKey]]:
    """A witness process, its address and its key, read from what it prints."""
    env = {**os.environ, "VICINAGE_KILL_AT": kill_at}
    command = [sys.executable, "-c", START, str(home)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=env, text=True) as process:
        assert process.stdout is not None
        try:
            vkey = keys.parse_vkey(process.stdout.readline().strip())
            yield process, process.stdout.readline().split()[-1], vkey
        finally:
            if process.poll() is None:
                process.terminate()
            process.wait(10)


def ask(url: str, vkey: keys.VKey, log: SmallLog, old: int) -> None:
    data, size = log.folder.checkpoint(), len(log.entries)
    assert data is not None
    client.cosign(url, vkey, data, log.folder.reader(size).consistency, old)


def test_it_keeps_its_key_and_its_memory_over_a_restart_and_stops_cleanly(
    tmp_path: Path, log: SmallLog
) -> None:
    home = Home(tmp_path / "witness")
    home.trust(log.log.vkey)
    log.grow(numbered(4))
    with running(home.path) as (process, url, first):
        ask(url, first, log, 0)
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    log.grow(numbered(4, 4))
    with running(home.path) as (_, url, second):
        assert second == first
        ask(url, second, log, 4)
    mode = stat.S_IMODE((home.path / "key").stat().st_mode)
    assert mode == 0o600
    assert (home.path / "vkey").read_text().strip() == str(first)


def test_killed_between_record_and_answer_it_stays_consistent_and_signs_again(
    tmp_path: Path, log: SmallLog
) -> None:
    home = Home(tmp_path / "witness")
    home.trust(log.log.vkey)
    log.grow(numbered(4))
    with running(home.path, kill_at="witness.recorded") as (process, url, vkey):
        with pytest.raises(WireError):
            ask(url, vkey, log, 0)
        assert process.wait(10) == -signal.SIGKILL
    seen = home.seen(ORIGIN)
    assert seen is not None
    assert checkpoint.parse(seen.text).size == 4
    fork = SmallLog(tmp_path / "fork", witnesses=0, k=0)
    fork.grow([b"forged", *numbered(6)])
    with running(home.path) as (_, url, vkey):
        with pytest.raises(VicinageError):
            ask(url, vkey, fork, 0)
        ask(url, vkey, log, 0)
        log.grow(numbered(1, 4))
        ask(url, vkey, log, 4)


def test_two_processes_never_share_a_home(tmp_path: Path) -> None:
    home = Home(tmp_path / "witness")
    with home.alone(), pytest.raises(TileError, match="Another witness process") as refused, home.alone():
        pytest.fail("a second process got in")
    assert refused.value.code == "witness-busy"


def test_a_damaged_key_is_never_replaced_by_a_new_one(tmp_path: Path) -> None:
    home = Home(tmp_path / "witness")
    home.signer("witness.example")
    (home.path / "key").write_text("PRIVATE+KEY+broken\n")
    with pytest.raises(NoteError):
        home.signer("witness.example")


def test_the_name_is_that_of_the_first_start(tmp_path: Path) -> None:
    first = Home(tmp_path / "witness").signer("one.example").vkey
    assert Home(tmp_path / "witness").signer("two.example").vkey == first
    assert first.name == "one.example"


def test_trusting_a_key_twice_keeps_one_line(tmp_path: Path, log: SmallLog) -> None:
    home = Home(tmp_path / "witness")
    for vkey in (log.log.vkey, log.mldsa.vkey, log.log.vkey):
        home.trust(vkey)
    assert home.logs() == {ORIGIN: [log.log.vkey, log.mldsa.vkey]}
    assert len((home.path / "logs").read_text().splitlines()) == 2
