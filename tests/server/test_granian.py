"""The server as it runs: granian, ASGI, one worker, a state folder of its own."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from vicinage import faults

PREPARE = """
import json
from vicinage.server import manage
manage.migrate_and_prepare()
from tests.cast import Cast
from vicinage.wire import encode
cast = Cast()
home, payload = cast.alices_home, b"sealed bytes" * 100_000
offers = [json.loads(encode(home.offer(payload))) for _ in range(3)]
session = cast.alice.client.cookies["sessionid"].value
print(json.dumps({"token": home.token, "session": session, "offers": offers}))
"""
PAYLOAD = b"sealed bytes" * 100_000


@dataclass
class Running:
    """A prepared server; `start` runs it."""

    home: Path
    told: dict[str, object]
    port: int
    process: subprocess.Popen[bytes] | None = None

    def start(self, kill_at: str = "") -> None:
        """Run granian until it answers."""
        env = _environment(self.home) | {"VICINAGE_KILL_AT": kill_at, "VICINAGE_PORT": str(self.port)}
        argv = [sys.executable, "-m", "granian", "--interface", "asgi", "--port", str(self.port)]
        argv += ["--workers", "1", "--no-ws", "vicinage.server.asgi:application"]
        with (self.home / "log").open("ab") as log:
            self.process = subprocess.Popen(argv, env=env, stdout=log, stderr=log, start_new_session=True)
        for _ in range(200):
            try:
                if httpx.get(f"{self.origin}/api/time", trust_env=False).status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.1)
        raise AssertionError((self.home / "log").read_text())

    def stop(self) -> None:
        """End it, and what is left of it."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process = None

    @property
    def origin(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def alice(self) -> httpx.Client:
        """Alice's browser."""
        cookies = {"sessionid": str(self.told["session"])}
        return httpx.Client(base_url=self.origin, cookies=cookies, trust_env=False, timeout=20)

    def hub(self) -> httpx.Client:
        """Alice's hub."""
        headers = {"Authorization": f"Bearer {self.told['token']}"}
        return httpx.Client(base_url=self.origin, headers=headers, trust_env=False, timeout=20)

    def offer(self, number: int) -> dict[str, object]:
        """One of three announcements of PAYLOAD."""
        offers = self.told["offers"]
        assert isinstance(offers, list)
        return dict(offers[number])


def _environment(home: Path) -> dict[str, str]:
    ours = ("VICINAGE_", "DJANGO_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return kept | {"VICINAGE_HOME": str(home), "PYTHONPATH": os.getcwd()}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server with Alice, her camera's hub and a session of hers."""
    home = tmp_path_factory.mktemp("granian") / "home"
    done = subprocess.run(
        [sys.executable, "-c", PREPARE], env=_environment(home), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    made = Running(home, json.loads(done.stdout), port)
    made.start()
    yield made
    made.stop()


def upload(hub: httpx.Client, offer: dict[str, object]) -> httpx.Response:
    """Hand the payload over from wherever the server stands, as a hub does."""
    at = hub.post("/api/hub/clips", json=offer).json()["offset"]
    answer = hub.head(f"/api/hub/clips/{offer['id']}/payload")
    while not (at == len(PAYLOAD) and answer.status_code == 200 and answer.request.method == "PATCH"):
        answer = hub.patch(
            f"/api/hub/clips/{offer['id']}/payload",
            content=PAYLOAD[at : at + 500_000],
            headers={"Upload-Offset": str(at)},
        )
        at = answer.json()["offset"]
        if answer.json()["complete"]:
            break
    return answer


def test_the_owner_hears_of_a_clip_as_it_arrives(running: Running) -> None:
    heard: list[str] = []
    ready = threading.Event()

    def listen() -> None:
        with running.alice() as alice, alice.stream("GET", "/home/events/") as stream:
            for line in stream.iter_lines():
                ready.set()
                heard.append(line)
                if line.startswith("data:"):
                    return

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    assert ready.wait(10)
    with running.hub() as hub:
        assert upload(hub, running.offer(0)).json()["complete"]
    thread.join(5)
    told = [json.loads(line[5:])["id"] for line in heard if line.startswith("data:")]
    assert told == [running.offer(0)["id"]]


def test_ranges_and_downloads_stream(running: Running) -> None:
    with running.hub() as hub, running.alice() as alice:
        upload(hub, running.offer(0))
        path = f"/api/clips/{running.offer(0)['id']}/payload"
        part = alice.get(path, headers={"Range": "bytes=100000-100099"})
        assert (part.status_code, part.content) == (206, PAYLOAD[100_000:100_100])
        whole = alice.get(f"/home/clips/{running.offer(0)['id']}/clip.age")
        assert whole.content.endswith(PAYLOAD)
        assert len(whole.content) == int(whole.headers["Content-Length"])


def test_a_body_beyond_every_limit_is_cut_off(running: Running) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(200):
            yield bytes(100_000)

    with running.hub() as hub:
        # The connection may be closed before all is sent.
        with contextlib.suppress(httpx.TransportError):
            assert hub.post("/api/hub/clips", content=endless()).status_code == 413
        assert hub.get("/api/time").status_code == 200


def test_the_log_of_the_server_holds_no_secret_of_the_requests(running: Running) -> None:
    text = (running.home / "log").read_text()
    assert str(running.told["token"]) not in text
    assert str(running.told["session"]) not in text
    assert "alice@" not in text


@pytest.mark.parametrize("point", [point for point in faults.POINTS if point.startswith("library.")])
def test_killed_in_the_middle_of_an_upload_the_server_resumes(point: str, running: Running) -> None:
    offer = running.offer(1 if point.endswith("appended") else 2)
    running.stop()
    running.start(kill_at=point)
    with running.hub() as hub, pytest.raises(httpx.TransportError):
        upload(hub, offer)
    running.stop()
    running.start()
    with running.hub() as hub, running.alice() as alice:
        state = hub.post("/api/hub/clips", json=offer).json()
        assert state["offset"] > 0
        assert upload(hub, offer).json()["complete"]
        assert alice.get(f"/api/clips/{offer['id']}/payload").content == PAYLOAD
        ids = [clip["id"] for clip in alice.get("/api/clips").json()["clips"]]
        assert ids.count(offer["id"]) == 1
