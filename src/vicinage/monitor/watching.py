"""The monitor: rounds until it is stopped, or one; each remembers before it tells."""

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from vicinage import faults
from vicinage.errors import VicinageError
from vicinage.evidence import log_files
from vicinage.evidence import monitor as rounds
from vicinage.evidence.log_files import Place
from vicinage.evidence.monitor import Other, State
from vicinage.evidence.outcome import Fault, Report
from vicinage.monitor import alarm
from vicinage.monitor.alarm import Channels
from vicinage.monitor.home import LOG, Home
from vicinage.tlog import layout
from vicinage.tlog.reader import Fetch
from vicinage.tlog.tile import Folder

HOLDS, ALARM, WARNING = 0, 1, 3
NOBODY = Channels()

Say = Callable[[Report, int], None]
"""What is done with each round's report, and its exit code."""


@dataclass(frozen=True)
class Orders:
    """What a monitor is to do.

    source: the log's folder or address. compare: folders or addresses of others' views. policy: a
    tlog-policy that is trusted. every_s: seconds between rounds; 0 for one round. stale_hours: without a
    new cosignature, after which a warning is due.
    """

    source: str
    home: Path
    compare: tuple[str, ...] = ()
    policy: bytes | None = None
    channels: Channels = NOBODY
    every_s: float = 0.0
    stale_hours: float = 24.0


def monitor(orders: Orders, say: Say, stop: threading.Event | None = None) -> int:
    """Follow a log. The exit code: 0 all holds, 1 something is wrong, 3 only warnings.

    Once something was found wrong, the code stays 1 until `acknowledge`. Raises MonitorError when the home
    is damaged or in use; a log that cannot be read is a warning.
    """
    home, stop = Home(orders.home), stop or threading.Event()
    with home.alone():
        while True:
            code = _round(orders, home, say)
            if not orders.every_s or stop.wait(orders.every_s):
                return code


def acknowledge(path: Path) -> int:
    """Take note of all that was found so far: the exit code is about new things from now on. How many."""
    home = Home(path)
    with home.alone():
        state = home.load()
        fresh = len(state.faults) - state.acknowledged
        state.acknowledged = len(state.faults)
        home.save(state)
        return fresh


def _round(orders: Orders, home: Home, say: Say) -> int:
    """One round: look, remember, tell, remember that it was told."""
    state = home.load()
    report = _look(orders, home, state)
    faults.point("monitor.checked")
    _save(home, state, report)
    faults.point("monitor.saved")
    if state.unsent:
        _tell(orders.channels, home, state, report)
    wrong = not report.ok or len(state.faults) > state.acknowledged
    code = ALARM if wrong else WARNING if report.warnings else HOLDS
    if report.ok and wrong:
        report.notes.append(
            f"Found in earlier rounds and not acknowledged: {len(state.faults) - state.acknowledged}."
        )
        report.faults = state.faults[state.acknowledged :]
    say(report, code)
    return code


def _save(home: Home, state: State, report: Report) -> None:
    """Remember; a disk that is full keeps no alarm from being told, so the alarm may come again."""
    try:
        home.save(state)
    except OSError as error:
        sentence = f"The monitor's memory could not be written: {error.strerror or error}."
        report.warn("monitor-unsaved", sentence)


def _look(orders: Orders, home: Home, state: State) -> Report:
    """What this round found; a log that does not answer is a warning, and tried again in the next."""
    report = Report(orders.source)
    stale = timedelta(hours=orders.stale_hours)
    try:
        source = log_files.locate(orders.source)
        announced = [str(leaf["ed25519"]) for leaf in state.world.log_keys]
        rules = home.rules(orders.policy, source.fetch, report, announced)
        others = [Other(name, _other(name)) for name in orders.compare]
        now = datetime.now(UTC)
        proofs = rounds.look(state, source, rules, others, now, secrets.randbelow, stale, report)
    except VicinageError as error:
        report.warn("log-unreadable", f"The log could not be read: {error}")
        rounds.remember(state, report)
        return report
    for data in proofs:
        try:
            report.notes.append(f"A signed proof was kept at {home.keep_proof(data)}.")
        except OSError as error:
            report.warn("monitor-unsaved", f"A signed proof could not be kept: {error.strerror or error}.")
    return report


def _other(name: str) -> Fetch:
    """Someone else's view: a log's address or folder, a mirror's folder, or another monitor's."""
    if log_files.is_address(name):
        return lambda path, limit: _there(name).fetch(path, limit)
    path = Path(name)
    return Folder(path / LOG if (path / LOG / layout.CHECKPOINT).is_file() else path).fetch


def _there(name: str) -> Place:
    return log_files.locate(name)


def _tell(channels: Channels, home: Home, state: State, report: Report) -> None:
    """Deliver what is not delivered yet; what fails stays for the next round, and is a warning."""
    unsent: list[Fault] = state.unsent
    try:
        alarm.send(channels, report.source, unsent, frozenset(state.warned))
    except VicinageError as error:
        report.warn(error.code, error.sentence)
        return
    faults.point("monitor.told")
    state.unsent = []
    _save(home, state, report)
