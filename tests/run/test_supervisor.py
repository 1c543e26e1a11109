"""The supervisor refuses what it cannot run before it changes anything, and when it ends, nothing is left."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from vicinage import run
from vicinage.run.child import Child
from vicinage.run.errors import RunError
from vicinage.run.platform import check_port, free_port, kept_port

STOP_S = 15.0


@pytest.fixture(autouse=True)
def signals_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C stays with the tests."""
    monkeypatch.setattr("signal.signal", lambda *_: None)


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody listens on."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield int(other.getsockname()[1])


def refusal(home: Path, port: int) -> str:
    """The code with which a start is refused."""
    with pytest.raises(RunError) as refused:
        run.supervise(run.Plan(home, port))
    assert refused.value.hint
    return refused.value.code


def test_a_taken_port_starts_nothing_and_makes_no_key(tmp_path: Path, taken: int) -> None:
    home = tmp_path / "home"
    assert refusal(home, taken) == "run-port-taken"
    assert [path.name for path in home.iterdir()] == ["run.lock"]


def test_a_home_that_another_holds_is_refused_and_free_again_when_it_ends(tmp_path: Path, taken: int) -> None:
    code = (
        "import fcntl, sys; f = open(sys.argv[1], 'w'); fcntl.flock(f, 2); print('held', flush=True); input()"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "run.lock")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        assert refusal(tmp_path, taken) == "run-already"
        other.kill()
    assert refusal(tmp_path, taken) == "run-port-taken", "the lock went with its process"


def test_a_new_home_is_its_owners_alone(tmp_path: Path, taken: int) -> None:
    home = tmp_path / "deep/er"
    refusal(home, taken)
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert stat.S_IMODE((home / "run.lock").stat().st_mode) == 0o600


@pytest.mark.parametrize("noted", ["", "none", "-1", "0", "65536", "9" * 5000, "\x00", "80\n81"])
def test_a_spoilt_note_of_the_witnesss_port_is_written_anew(noted: str, tmp_path: Path) -> None:
    note = tmp_path / "witness/port"
    note.parent.mkdir()
    note.write_text(noted)
    port = kept_port(note)
    assert 1 <= port <= 65535
    assert int(note.read_text()) == port == kept_port(note)


def test_a_port_that_was_taken_meanwhile_is_changed_for_another(tmp_path: Path, taken: int) -> None:
    (tmp_path / "port").write_text(f"{taken}\n")
    assert kept_port(tmp_path / "port") != taken


def test_a_port_in_time_wait_is_free(tmp_path: Path) -> None:
    port = free_port()
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind(("127.0.0.1", port))
        server.listen()
        with socket.create_connection(("127.0.0.1", port)):
            server.accept()[0].close()
    check_port(port)


def child(folder: Path, script: str, **more: object) -> Child:
    """A child that runs this Python."""
    return Child("test", [sys.executable, "-c", script], folder / "logs/test.log", **more)  # type: ignore[arg-type]


def test_the_pause_doubles_to_half_a_minute_and_is_short_again_after_a_steady_minute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1000.0]
    monkeypatch.setattr("vicinage.run.child.time.monotonic", lambda: now[0])
    crashing = child(tmp_path, "raise SystemExit(1)")

    crashing.start()
    assert crashing.process is not None
    crashing.process.wait()
    crashing.watch()
    pauses = []
    for _ in range(9):
        began, starts = now[0], crashing.starts
        while crashing.starts == starts:
            now[0] += 0.25
            crashing.watch()
        pauses.append(now[0] - began)
        assert crashing.process is not None
        crashing.process.wait()
        crashing.watch()
    assert pauses[:6] == [0.5, 1, 2, 4, 8, 16]
    assert set(pauses[6:]) == {30.0}
    now[0] += 30
    crashing.watch()
    now[0] += 61
    assert crashing.process is not None
    crashing.process.wait()
    crashing.watch()
    assert crashing.process is None
    now[0] += 0.5
    crashing.watch()
    assert crashing.process is not None, "it had run for a minute, so the pause is short again"
    crashing.stop()


def test_a_child_that_does_not_listen_is_ended_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vicinage.run.child.STOP_S", 0.3)
    deaf = child(
        tmp_path,
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "print('up', flush=True); time.sleep(60)",
    )
    deaf.start()
    until(lambda: "up" in deaf.log.read_text())
    assert deaf.process is not None
    pid, began = deaf.process.pid, time.monotonic()
    deaf.stop()
    assert time.monotonic() - began < 5
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_stopped_child_is_not_started_again_and_stops_twice(tmp_path: Path) -> None:
    sleeper = child(tmp_path, "import time; time.sleep(60)")
    sleeper.start()
    sleeper.stop()
    sleeper.stop()
    sleeper.watch()
    assert (sleeper.starts, sleeper.process) == (1, None)


def test_a_large_log_is_set_aside_and_what_a_child_says_is_its_owners_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vicinage.run.child.LOG_BYTES", 100)
    talking = child(tmp_path, "print('new')", once=True)
    talking.log.parent.mkdir()
    talking.log.write_text("old " * 50)
    talking.start()
    until_done(talking)
    assert talking.log.read_text() == "new\n"
    assert talking.log.with_suffix(".old.log").read_text() == "old " * 50
    assert stat.S_IMODE(talking.log.stat().st_mode) == 0o600


def test_a_child_reads_nothing_from_the_terminal(tmp_path: Path) -> None:
    asking = child(tmp_path, "import sys; print(repr(sys.stdin.read()))", once=True)
    asking.start()
    until_done(asking)
    assert asking.log.read_text() == "''\n"


def until(holds: Callable[[], object], seconds: float = 10.0) -> None:
    """Wait until this holds."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def until_done(job: Child) -> None:
    """Watch a job to its end."""
    until(lambda: (job.watch(), job.is_done)[1])  # type: ignore[func-returns-value]


def processes_of(home: Path) -> list[str]:
    """Command lines of processes that name this state folder there or in their environment."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                line = (entry / "cmdline").read_bytes()
                told = line + (entry / "environ").read_bytes()
            except OSError:
                continue
            if str(home).encode() in told:
                found.append(line.replace(b"\x00", b" ").decode(errors="replace"))
    return found


def start(home: Path, port: int, out: Path) -> "subprocess.Popen[bytes]":
    """`vicinage run --bare` as a process of its own."""
    command = [
        sys.executable,
        "-m",
        "vicinage.cli",
        "run",
        "--bare",
        "--home",
        str(home),
        "--port",
        str(port),
    ]
    with out.open("ab") as told:
        return subprocess.Popen(command, stdout=told, stderr=subprocess.STDOUT)


def end(process: "subprocess.Popen[bytes]") -> None:
    """End a supervisor that a test started, whatever became of it."""
    if process.poll() is None:
        process.kill()
    process.wait(STOP_S)


def test_of_two_starts_at_once_on_a_new_home_one_runs_one_is_refused_and_the_end_leaves_nothing(
    tmp_path: Path,
) -> None:
    home, outs = tmp_path / "home", [tmp_path / "a", tmp_path / "b"]
    ports = [free_port(), free_port()]
    both = [start(home, port, out) for port, out in zip(ports, outs, strict=True)]
    try:
        until(lambda: any(process.poll() is not None for process in both), 60)
        loser = next(n for n in (0, 1) if both[n].poll() is not None)
        assert both[loser].returncode == 1
        assert "[run-already]" in outs[loser].read_text()
        winner, port = both[1 - loser], ports[1 - loser]
        until(lambda: "Vicinage is at" in outs[1 - loser].read_text(), 60)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/time", timeout=10) as answer:
            assert set(json.load(answer)) == {"now"}
        for name in ("db.sqlite3", "secret-key", "logs/server.log", "witness/key"):
            assert stat.S_IMODE((home / name).stat().st_mode) & 0o077 == 0, name
        assert winner.poll() is None
        began = time.monotonic()
        winner.send_signal(signal.SIGTERM)
        assert winner.wait(STOP_S) == 0
        assert time.monotonic() - began < 8
        assert processes_of(home) == []
        check_port(port)
    finally:
        for process in both:
            end(process)


def test_a_supervisor_that_is_killed_leaves_no_child_behind(tmp_path: Path) -> None:
    home, out, port = tmp_path / "home", tmp_path / "out", free_port()
    process = start(home, port, out)
    try:
        until(lambda: "Vicinage is at" in out.read_text(), 60)
        assert len(processes_of(home)) >= 3
        process.kill()
        process.wait(STOP_S)
        until(lambda: processes_of(home) == [], 15)
    finally:
        end(process)


def test_a_stop_while_it_still_starts_is_heeded(tmp_path: Path) -> None:
    home, out = tmp_path / "home", tmp_path / "out"
    process = start(home, free_port(), out)
    try:
        until(lambda: (home / "run.lock").exists(), 30)
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
        assert processes_of(home) == []
        assert "Traceback" not in out.read_text()
    finally:
        end(process)


def test_a_greeting_that_breaks_still_stops_every_child(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped: list[str] = []

    class Standing:
        """A platform that is up, and notes its end."""

        origin, children = "http://127.0.0.1:9", ()

        def __init__(self, home: Path, port: int) -> None:
            pass

        def start(self) -> None:
            pass

        def wait(self, asked: threading.Event) -> bool:
            return True

        def stop(self) -> None:
            stopped.append("platform")

    def greetings() -> Iterator[str]:
        yield "Hello."
        raise RunError("run-odd", "It broke.", "Mend it.")

    monkeypatch.setattr("vicinage.run.Platform", Standing)
    extra = child(tmp_path, "import time; time.sleep(60)")
    scenery = run.Scenery([extra], greetings())
    with pytest.raises(RunError, match="run-odd"):
        run.supervise(run.Plan(tmp_path, 9, lambda: scenery))
    assert stopped == ["platform"]
    assert extra.process is None
    assert extra.starts == 1
