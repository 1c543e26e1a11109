"""`vicinage run`: one command brings the demo town up, keeps it, mends it, and ends it.

A real camera process streams to a real hub process here; nothing is stood in for.
"""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from vicinage.demo.people import FOLDER, LogIns
from vicinage.demo.town import PEOPLE
from vicinage.device import account, officer
from vicinage.device.errors import RefusedError
from vicinage.device.owner import Owner
from vicinage.device.session import Session
from vicinage.run.platform import answers, free_port

FIRST_START_S, STOP_S = 60.0, 15.0


Town = tuple[Path, str, subprocess.Popen[str]]
"""State folder, origin, supervisor."""


@contextmanager
def running(home: Path, port: int, *options: str) -> Iterator[subprocess.Popen[str]]:
    """`vicinage run` as a process; ended by SIGTERM unless it has ended by then."""
    command = [
        sys.executable,
        "-m",
        "vicinage.cli",
        "run",
        "--home",
        str(home),
        "--port",
        str(port),
        *options,
    ]
    with (home.parent / "out.txt").open("a") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, text=True)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(STOP_S)


def until(holds: Callable[[], bool], seconds: float, why: Path) -> float:
    """Wait until this holds; gives how long it took, in seconds."""
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < seconds, why.read_text()[-3000:] if why.exists() else why
        time.sleep(0.05)
    return time.monotonic() - began


def processes_of(home: Path) -> list[int]:
    """Processes whose command line or environment names this state folder."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                told = (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes()
            except OSError:
                continue
            if str(home).encode() in told:
                found.append(int(entry.name))
    return found


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """The demo town, up, with its first clip handed over: state folder, origin, supervisor."""
    home, port = tmp_path_factory.mktemp("town") / "state", free_port()
    with running(home, port) as process:
        steps = home / FOLDER / "steps.json"
        until(
            lambda: steps.exists() and "handover" in json.loads(steps.read_text()),
            180,
            home / "logs/town.log",
        )
        yield home, f"http://127.0.0.1:{port}", process


def test_it_prints_addresses_and_every_log_in(town: Town) -> None:
    home, origin, _ = town
    said = (home.parent / "out.txt").read_text()
    assert f"{origin}/" in said
    known = LogIns(home / FOLDER).known
    assert set(known) == {person.name for person in PEOPLE}
    for log_in in known.values():
        assert re.search(rf"{re.escape(log_in.email)}\s+{log_in.password}\s+{log_in.secret}", said)


def test_the_printed_recovery_code_opens_the_streamed_clips(
    town: Town,
) -> None:
    home, origin, _ = town
    session = Session(origin)
    account.log_in(session, LogIns(home / FOLDER).known["alice"].account())
    code = (home / FOLDER / "alice-recovery-code.txt").read_text().strip()
    assert code in (home.parent / "out.txt").read_text()
    clips = list(Owner.recover(session, code).clips())
    assert clips
    assert clips[-1].statement.codec == "h264"


def test_the_agency_has_the_hand_over_and_its_officer_without_authority_does_not(
    town: Town,
) -> None:
    home, origin, _ = town
    known = LogIns(home / FOLDER).known
    carol, dave = Session(origin), Session(origin)
    account.log_in(carol, known["carol"].account())
    account.log_in(dave, known["dave"].account())
    handover = officer.handovers(carol)[0]
    assert officer.clips_of(carol, handover)
    with pytest.raises(RefusedError) as refused:
        dave.page(f"/agency/handovers/{handover}/")
    assert refused.value.status == 404


def test_no_screen_that_a_visitor_sees_is_empty(town: Town) -> None:
    _, origin, _ = town
    for path in ("/", "/agencies/", "/regime/"):
        page = Session(origin).page(path)
        assert "Larkmeadow" in page.html or path == "/regime/"
        assert 'class="empty"' not in page.html


def test_a_server_that_is_killed_is_started_again(town: Town) -> None:
    home, origin, _ = town
    started = re.findall(r"main PID: (\d+)", (home / "logs/server.log").read_text())
    os.kill(int(started[-1]), signal.SIGKILL)
    until(
        lambda: (home / "logs/server.log").read_text().count("main PID") > len(started),
        30,
        home / "logs/server.log",
    )
    until(lambda: answers(f"{origin}/api/time"), 30, home / "logs/server.log")


def test_a_second_supervisor_on_the_same_folder_is_refused(
    town: Town,
) -> None:
    home, _, _ = town
    command = [
        sys.executable,
        "-m",
        "vicinage.cli",
        "run",
        "--bare",
        "--home",
        str(home),
        "--port",
        str(free_port()),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert "[run-already]" in done.stderr


def test_a_taken_port_is_named(town: Town, tmp_path: Path) -> None:
    port = town[1].rpartition(":")[2]
    command = [
        sys.executable,
        "-m",
        "vicinage.cli",
        "run",
        "--bare",
        "--home",
        str(tmp_path / "other"),
        "--port",
        port,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert "[run-port-taken]" in done.stderr


def test_ctrl_c_ends_every_process_and_a_second_start_keeps_all(
    town: Town,
) -> None:
    """Last of this file: it ends the town."""
    home, origin, process = town
    before = fetch(f"{origin}/agencies/")
    size = int(fetch(f"{origin}/log/checkpoint").splitlines()[1])
    process.send_signal(signal.SIGINT)
    assert process.wait(STOP_S) == 0
    assert processes_of(home) == []

    with running(home, int(origin.rpartition(":")[2])):
        until(lambda: answers(f"{origin}/"), FIRST_START_S, home / "logs/server.log")
        assert strip(fetch(f"{origin}/agencies/")) == strip(before)
        assert int(fetch(f"{origin}/log/checkpoint").splitlines()[1]) >= size


def fetch(url: str) -> str:
    """A page or file as text."""
    with urllib.request.urlopen(url, timeout=10) as answer:
        text: str = answer.read().decode()
        return text


def strip(html: str) -> str:
    """A page without what differs at each visit."""
    return re.sub(r'value="[A-Za-z0-9]{64}"', "", html)
