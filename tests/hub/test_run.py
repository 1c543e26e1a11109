"""The hub as a process, with cameras that come and go."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.fakes.clip_server import ClipServer
from tests.hub.conftest import AliceHub
from tests.hub.test_faults import RUN, until
from vicinage.demo.camera import DemoCamera
from vicinage.seal import unseal


@contextmanager
def running(alice: AliceHub) -> Iterator["subprocess.Popen[bytes]"]:
    """The hub's process; ended with SIGTERM if it still runs."""
    with (alice.home / "log").open("wb") as log:
        hub = subprocess.Popen([sys.executable, "-c", RUN, str(alice.home)], stderr=log)
    try:
        yield hub
    finally:
        hub.terminate()
        hub.wait(30)


def said(alice: AliceHub) -> str:
    """What the hub wrote to its log."""
    return (alice.home / "log").read_text()


def test_a_camera_that_vanishes_keeps_its_clip_and_is_found_again(
    alice: AliceHub, server: ClipServer, busy: Path
) -> None:
    camera = DemoCamera(busy)
    port = int(camera.address.rsplit(":", 1)[1].split("/")[0])
    alice.pair(camera.address)
    camera.start()
    with running(alice) as hub:
        until("the first connection", 20, lambda: "Connected" in said(alice))
        until("some video", 20, lambda: hub.poll() is None and said(alice).count("Connected") == 1)
        hub_saw_s = 5
        with pytest.raises(subprocess.TimeoutExpired):
            hub.wait(hub_saw_s)
        camera.stop()
        until("the clip of before", 30, lambda: len(server.complete()) == 1)
        back = DemoCamera(busy, port)
        back.start()
        until("a second connection", 40, lambda: said(alice).count("Connected") == 2)
        with pytest.raises(subprocess.TimeoutExpired):
            hub.wait(4)
        hub.terminate()
        assert hub.wait(20) == 0
        back.stop()
    assert "39.28" not in said(alice)
    for clip in server.complete():
        label = json.loads(unseal.open_bytes(server.offers[clip].label, alice.household.identity))
        assert label["statement"]["motion"]


def test_the_clip_at_hand_is_spooled_when_the_hub_is_told_to_stop(
    alice: AliceHub, server: ClipServer, busy: Path
) -> None:
    camera = DemoCamera(busy)
    alice.pair(camera.address)
    camera.start()
    server.failures = [503] * 1000
    with running(alice) as hub:
        until("the connection", 20, lambda: "Connected" in said(alice))
        with pytest.raises(subprocess.TimeoutExpired):
            hub.wait(5)
        hub.terminate()
        assert hub.wait(20) == 0
    camera.stop()
    spooled = [path for path in (alice.home / "spool").rglob("offer.json")]
    assert len(spooled) == 1
    server.failures = []
    with running(alice):
        until("the spooled clip", 20, lambda: len(server.complete()) == 1)
