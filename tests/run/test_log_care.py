"""The commands of whoever keeps a log, on a real state folder."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.server.ledger.conftest import Prepared, prepared, state
from tests.server.ledger.processes import RESUME, environment, run
from vicinage.evidence.audit import audit
from vicinage.tlog import policy

__all__ = ["prepared", "state"]


def vicinage(state: Prepared, *command: str) -> "subprocess.CompletedProcess[str]":
    """`vicinage log ...` on this state folder."""
    return subprocess.run(
        [sys.executable, "-m", "vicinage.cli", "log", *command, "--home", state.home],
        env=environment(state.home, state.witnesses),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_check_tells_of_a_whole_log_and_of_one_whose_tile_was_changed_and_repair_mends_it(
    state: Prepared,
) -> None:
    told = vicinage(state, "check")
    assert (told.returncode, told.stdout) == (0, "The database and the published log tell the same.\n")
    tile = state.log / "tile" / "0" / "000.p" / "1"
    tile.write_bytes(bytes(32))
    told = vicinage(state, "check")
    assert told.returncode == 1
    assert told.stdout == "The tiles in the public folder do not lead to the root that was signed.\n"
    assert not audit(state.log).ok
    assert "anew from the database: 1." in vicinage(state, "repair").stdout
    assert vicinage(state, "check").returncode == 0
    assert audit(state.log).ok


def test_the_key_is_changed_by_two_commands_while_a_pinned_policy_goes_on_serving(state: Prepared) -> None:
    pinned = (state.log / "policy").read_bytes()
    # The local witness is the one in the state folder.
    os.symlink(state.witness.folder, state.home / "witness")
    made = vicinage(state, "rotate-key")
    assert made.returncode == 0, made.stderr
    assert run(state.home, state.witnesses, RESUME).returncode == 0
    assert len(policy.parse((state.log / "policy").read_bytes()).logs) == 2
    report = audit(state.log, pinned)
    assert report.ok, report.lines
    again = vicinage(state, "retire-key")
    assert again.returncode == 0, again.stderr
    assert str(policy.parse(pinned).logs[0][0]) in again.stdout
    report = audit(state.log)
    assert report.ok, report.lines
    assert str(policy.parse((state.log / "policy").read_bytes()).logs[0][0]) in made.stdout


def test_nothing_to_adopt_and_nothing_to_redact_is_said(state: Prepared) -> None:
    assert vicinage(state, "adopt").stdout == "Entries taken over from the published log: 0.\n"
    told = vicinage(state, "redact", "0", "--reason", "safety", "--authority", "Harbour County Court")
    assert told.returncode == 1
    assert "[ledger-no-text]" in told.stderr


@pytest.mark.parametrize("command", ["check", "repair", "adopt", "rotate-key", "retire-key"])
def test_a_folder_that_was_never_prepared_is_refused(command: str, tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "vicinage.cli", "log", command, "--home", tmp_path],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert told.returncode == 1
    assert "[run-not-prepared]" in told.stderr
