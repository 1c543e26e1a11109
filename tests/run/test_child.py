"""A child process is started again when it ends, and ends when it is asked to."""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from vicinage.run.child import Child


def child(folder: Path, script: str, **more: object) -> Child:
    """A child that runs this Python."""
    return Child("test", [sys.executable, "-c", script], folder / "test.log", **more)  # type: ignore[arg-type]


def until(holds: Callable[[], bool], watched: Child) -> None:
    """Watch the child until this holds, at most ten seconds."""
    deadline = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < deadline, watched.log.read_text()
        watched.watch()
        time.sleep(0.02)


def test_a_crashed_child_is_started_again_after_a_pause(tmp_path: Path) -> None:
    crashing = child(tmp_path, "import sys; print('here', flush=True); sys.exit(3)")
    began = time.monotonic()
    until(lambda: crashing.starts == 3, crashing)
    crashing.stop()
    assert time.monotonic() - began > 1.4  # 0.5 s, then 1 s
    assert crashing.log.read_text().count("here") >= 2


def test_a_job_that_is_done_is_not_started_again(tmp_path: Path) -> None:
    job = child(tmp_path, "pass", once=True)
    until(lambda: job.is_done, job)
    job.watch()
    assert job.starts == 1


def test_a_job_that_fails_is_started_again(tmp_path: Path) -> None:
    job = child(tmp_path, "raise SystemExit(1)", once=True)
    until(lambda: job.starts == 2, job)
    job.stop()


def test_a_child_waits_until_it_is_ready(tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    waiting = child(tmp_path, "import time; time.sleep(60)", ready=gate.exists)
    waiting.watch()
    assert waiting.process is None
    gate.touch()
    waiting.watch()
    assert waiting.process is not None
    waiting.stop()


def test_stopping_ends_the_process(tmp_path: Path) -> None:
    running = child(tmp_path, "import time; time.sleep(60)")
    running.start()
    assert running.process is not None
    pid = running.process.pid
    running.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_what_a_killed_child_had_started_ends_too(tmp_path: Path) -> None:
    script = (
        "import subprocess, sys, time\n"
        "p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "print(p.pid, flush=True); time.sleep(60)"
    )
    parent = child(tmp_path, script)
    parent.start()
    until(lambda: parent.log.read_text().strip() != "", parent)
    grandchild = int(parent.log.read_text().split()[0])
    assert parent.process is not None
    parent.process.kill()
    until(lambda: parent.process is None, parent)
    until(lambda: not Path(f"/proc/{grandchild}").exists() or is_zombie(grandchild), parent)
    parent.stop()


def is_zombie(pid: int) -> bool:
    """Whether the process has ended and only waits to be noticed."""
    return "State:\tZ" in Path(f"/proc/{pid}/status").read_text()
