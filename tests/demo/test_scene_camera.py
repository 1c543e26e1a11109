"""The demo's camera: a real socket, one clock, several viewers."""

import itertools
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from vicinage.demo.camera import DemoCamera, Loop
from vicinage.demo.scene import Take, render
from vicinage.hub.camera import Camera, Packet


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds of the street."""
    return render(tmp_path_factory.mktemp("short") / "short.mp4", take=Take(8, 2, 320, 180))


@pytest.fixture
def camera(short: Path) -> Iterator[DemoCamera]:
    """A playing camera."""
    playing = DemoCamera(short)
    playing.start()
    yield playing
    playing.stop()


def seen(address: str, count: int) -> list[Packet]:
    """The first packets a viewer gets."""
    with Camera(address) as viewer:
        return list(itertools.islice(viewer.packets(), count))


def test_time_goes_on_where_the_loop_begins_again(camera: DemoCamera) -> None:
    packets = seen(camera.address, 75)
    steps = [b.at_s - a.at_s for a, b in itertools.pairwise(packets)]
    assert packets[0].is_key
    assert all(step == pytest.approx(1 / 15, abs=0.002) for step in steps)
    assert packets[-1].at_s > 2 * 2


def test_it_plays_no_faster_than_time(camera: DemoCamera) -> None:
    begun_s = time.monotonic()
    packets = seen(camera.address, 90)
    assert time.monotonic() - begun_s > packets[-1].at_s - 2.5


def test_a_second_viewer_joins_at_a_key_frame_while_the_first_looks_on(camera: DemoCamera) -> None:
    with Camera(camera.address) as first:
        watching = first.packets()
        next(watching)
        assert seen(camera.address, 20)[0].is_key
        next(watching)


def test_there_is_nothing_but_the_stream(camera: DemoCamera) -> None:
    assert httpx.get(camera.address.replace("camera.ts", "")).status_code == 404


def test_after_a_busy_time_the_street_calms_down(short: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vicinage.demo.camera.BUSY_LOOPS", 1)
    monkeypatch.setattr("vicinage.demo.camera.BUSY_EVERY", 3)
    monkeypatch.setattr("vicinage.demo.camera.QUIET_FROM_S", 1.0)
    pieces = list(itertools.islice(Loop(short).pieces(), 30 + 15 + 15 + 30 + 1))
    steps = {b.at - a.at for a, b in itertools.pairwise(pieces)}
    assert len(steps) == 1, "the time stamps run on without a jump"
    assert pieces[30].data == pieces[45].data
    assert pieces[60].data == pieces[0].data
    assert pieces[30].is_key
