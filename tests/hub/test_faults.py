"""kill -9 at each planted point of the hub, then a start: no closed clip lost, none doubled."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.fakes.clip_server import ClipServer
from tests.hub.conftest import CAMERA, AliceHub
from vicinage import faults
from vicinage.seal import unseal

POINTS = [point for point in faults.POINTS if point.startswith("hub.")]

INGEST = """
import sys; from pathlib import Path; from datetime import datetime, UTC
from vicinage.hub.main import ingest_file
ingest_file(Path(sys.argv[1]), Path(sys.argv[2]), datetime(2026, 11, 20, tzinfo=UTC), False)
"""

RUN = """
import sys; from pathlib import Path
from vicinage.hub.main import run
run(Path(sys.argv[1]))
"""


def until(what: str, seconds: float, holds: object) -> None:
    """Wait until holds() is true."""
    assert callable(holds)
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"waited {seconds} s in vain: {what}"
        time.sleep(0.1)


@pytest.mark.parametrize("point", POINTS)
def test_a_kill_at_this_point_neither_loses_nor_doubles_the_clip(
    alice: AliceHub, server: ClipServer, busy: Path, quiet: Path, point: str
) -> None:
    alice.pair(str(quiet))
    environment = {**os.environ, "VICINAGE_KILL_AT": point}
    command = [sys.executable, "-c", INGEST, str(alice.home), str(busy)]
    killed = subprocess.run(command, env=environment, capture_output=True, timeout=60)
    assert killed.returncode == -signal.SIGKILL

    again = subprocess.Popen([sys.executable, "-c", RUN, str(alice.home)], stderr=subprocess.PIPE)
    spool = alice.home / "spool" / CAMERA
    try:
        until("one whole clip", 30, lambda: len(server.complete()) == 1)
        until("an empty spool", 30, lambda: not list(spool.iterdir()))
    finally:
        again.terminate()
        again.communicate(timeout=20)
    assert again.returncode == 0
    assert list(server.offers) == server.complete()
    assert len(set(server.offered)) == 1
    (clip,) = server.complete()
    assert b"ftyp" in unseal.open_bytes(server.age_file(clip), alice.household.identity)[:12]


def test_the_points_of_the_hub_are_all_walked() -> None:
    assert len(POINTS) == 5
