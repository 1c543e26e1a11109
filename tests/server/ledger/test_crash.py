"""Killed at any planted point of the log, the server goes on: no entry lost, none doubled, no fork.

Each process here is a real one with a state folder of its own; the witness outlives them all.
"""

import signal
from pathlib import Path

import pytest

from tests.server.ledger.conftest import Prepared
from tests.server.ledger.processes import ACT, COUNT, PREPARE, run
from vicinage import faults
from vicinage.evidence.audit import audit
from vicinage.tlog.tile import Folder

POINTS = [point for point in faults.POINTS if point.startswith("ledger.")]


@pytest.mark.parametrize("point", POINTS)
def test_a_kill_at_this_point_is_made_good_by_the_next_start(point: str, state: Prepared) -> None:
    killed = run(state.home, state.witnesses, ACT, "a" * 16, VICINAGE_KILL_AT=point)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    resumed = run(state.home, state.witnesses, ACT, "b" * 16)
    assert resumed.returncode == 0, resumed.stderr
    report = audit(state.log)
    assert report.ok, report.lines
    # Before its transaction ended nothing was said to be done; after it nothing may be lost.
    entries = 2 if point == "ledger.recorded" else 3
    assert run(state.home, state.witnesses, COUNT).stdout.strip() == str(entries)
    head = Folder(state.log).signed()
    assert head is not None
    assert head.size in (1 + 4, 1 + 4 + 4)


def test_the_regime_is_the_first_entry_and_a_second_start_adds_nothing(state: Prepared) -> None:
    assert run(state.home, state.witnesses, PREPARE).returncode == 0
    folder = Folder(state.log)
    head = folder.signed()
    assert head is not None
    assert head.size == 1
    assert b'"type":"regime.adopted"' in folder.reader(1).entry(0)
    assert (folder.path / "texts" / "0.toml").exists()
    assert stat(state.home / "secret-key") == 0o600


def stat(path: Path) -> int:
    """The permission bits."""
    return path.stat().st_mode & 0o777
