"""A real RTSP server over TCP with digest log-in."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from vicinage.demo.scene import Take, render
from vicinage.hub.camera import Camera
from vicinage.hub.clock import Anchor
from vicinage.hub.errors import CameraError
from vicinage.hub.segment import Recording
from vicinage.hub.session import Session

CAMERA = Path(__file__).parent.parent / "fakes" / "rtsp_camera.py"
PYTHON = "/usr/bin/python3"


@pytest.fixture(scope="module")
def walk(videos: Path) -> Path:
    """9 s: someone walks from 3 s on."""
    return render(videos / "walk.mp4", take=Take(1, 9, 480, 270))


@pytest.fixture
def rtsp(walk: Path) -> Iterator[tuple[int, "subprocess.Popen[str]"]]:
    """The camera's port and its process."""
    needed = "import gi; gi.require_version('GstRtspServer', '1.0')"
    if not Path(PYTHON).exists() or subprocess.run([PYTHON, "-c", needed], capture_output=True).returncode:
        pytest.skip("GStreamer's RTSP server is not installed: see requirements/apt-test.txt")
    command = [PYTHON, str(CAMERA), str(walk), "alice", "right-password"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=sys.stderr, text=True)
    assert process.stdout is not None
    port = process.stdout.readline().strip()
    yield int(port), process
    process.kill()
    process.wait()


def test_an_rtsp_camera_is_watched_and_cut(rtsp: tuple[int, "subprocess.Popen[str]"]) -> None:
    with Camera(f"rtsp://alice:right-password@127.0.0.1:{rtsp[0]}/stream") as camera:
        assert camera.picture == ("h264", 480, 270)
        session = Session(camera, Anchor())
        (recording,) = session.recordings(threading.Event())
        clip = session.clip(recording, None)
    assert clip.mp4.index(b"moov") < clip.mp4.index(b"mdat")
    assert session.motion[-1][1] > session.motion[0][0] + 3
    assert clip.thumbnail


def test_a_wrong_password_is_said_to_be_wrong(rtsp: tuple[int, "subprocess.Popen[str]"]) -> None:
    with pytest.raises(CameraError) as caught:
        Camera(f"rtsp://alice:wrong-password@127.0.0.1:{rtsp[0]}/stream")
    assert caught.value.code == "camera-refused"
    assert "wrong-password" not in str(caught.value)


def test_a_camera_killed_in_the_middle_leaves_its_recording(
    rtsp: tuple[int, "subprocess.Popen[str]"],
) -> None:
    with Camera(f"rtsp://alice:right-password@127.0.0.1:{rtsp[0]}/stream") as camera:
        session = Session(camera, Anchor())
        threading.Timer(5.0, rtsp[1].kill).start()
        found: list[Recording] = []
        try:
            found += session.recordings(threading.Event())
        except CameraError as error:
            assert error.code == "camera-broke-off"  # noqa: PT017 (either ending is right)
    assert len(found) <= 1
