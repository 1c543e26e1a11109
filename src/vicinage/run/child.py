"""A child process that is watched: started, started again when it ends, and ended."""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

STOP_S = 10.0
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 30.0
STEADY_S = 60.0
LOG_BYTES = 5 * 1024 * 1024


def _always() -> bool:
    return True


@dataclass
class Child:
    """One child process. Its output goes to `log`, which is set aside once it is large.

    ready: whether it may start yet. once: it has a job to finish; after exit code 0 it is not
    started again. A child that ends is started again after a pause that doubles each time, and is
    short again once it has run for a minute.
    """

    name: str
    argv: list[str]
    log: Path
    env: Mapping[str, str] = field(default_factory=dict)
    ready: Callable[[], bool] = _always
    once: bool = False
    process: subprocess.Popen[bytes] | None = None
    starts: int = 0
    is_done: bool = False
    _pause_s: float = FIRST_PAUSE_S
    _started_at: float = 0.0
    _next_at: float = 0.0

    def start(self) -> None:
        """Start it now. It ends when this process ends, however that happens (where setpriv is)."""
        self.log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES:
            self.log.replace(self.log.with_suffix(".old.log"))
        setpriv = shutil.which("setpriv")
        bound = [setpriv, "--pdeathsig", "TERM", "--"] if setpriv else []
        descriptor = os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            self.process = subprocess.Popen(
                [*bound, *self.argv],
                stdin=subprocess.DEVNULL,
                stdout=descriptor,
                stderr=subprocess.STDOUT,
                env={**os.environ, **self.env},
                start_new_session=True,
            )
        finally:
            os.close(descriptor)
        self.starts += 1
        self._started_at = time.monotonic()

    def watch(self) -> None:
        """Start it if it is due; note if it has ended."""
        now = time.monotonic()
        if self.process is None:
            if not self.is_done and now >= self._next_at and self.ready():
                self.start()
            return
        code = self.process.poll()
        if code is None:
            return
        self._end_group()
        self.process = None
        self.is_done = self.once and code == 0
        if now - self._started_at > STEADY_S:
            self._pause_s = FIRST_PAUSE_S
        self._next_at = now + self._pause_s
        self._pause_s = min(self._pause_s * 2, LONGEST_PAUSE_S)

    def stop(self) -> None:
        """Ask it to end, and end it after ten seconds."""
        if self.process is None:
            return
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(STOP_S)
        self._end_group()
        self.process.wait()
        self.process = None
        self.is_done = True

    def _end_group(self) -> None:
        """End what the child itself had started and left behind, such as a server's worker."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
