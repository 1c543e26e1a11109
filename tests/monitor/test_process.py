"""The monitor as a process: exit codes, alarms by mail and webhook, death at any point, one at a time."""

import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from email.message import Message
from pathlib import Path
from typing import Any

import pytest

from tests.core.cases import an_id
from tests.evidence.told_log import Story, honest
from tests.monitor import serving
from tests.tlog.small_log import SmallLog
from vicinage import faults
from vicinage.core import rfa
from vicinage.evidence import head as heads
from vicinage.monitor.home import Home

NOW = datetime.now(UTC)
POINTS = [point for point in faults.POINTS if point.startswith("monitor.")]


def vicinage(*words: object, kill_at: str = "") -> subprocess.CompletedProcess[str]:
    """Run the console command."""
    env = {**os.environ, "VICINAGE_KILL_AT": kill_at}
    command = [sys.executable, "-m", "vicinage.cli", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, env=env, timeout=60, check=False)


def written(path: Path, story: Story | None = None) -> SmallLog:
    """A log that was cosigned just now."""
    return (story or honest()).write(path / "log", NOW)


def test_the_exit_code_is_0_then_1_when_the_law_was_broken_until_it_is_acknowledged(tmp_path: Path) -> None:
    story = honest()
    log = written(tmp_path, story)
    watch = ("monitor", tmp_path / "log", "--home", tmp_path / "home", "--once")
    good = vicinage(*watch)
    assert (good.returncode, good.stderr) == (0, "")
    assert good.stdout.splitlines()[-1] == "Nothing is wrong with this log."
    story.tell(rfa.resolve(an_id("s"), NOW))
    story.grow(log, NOW)
    bad = vicinage(*watch)
    assert bad.returncode == 1
    assert "Rule: rfa-not-open. Source: spec/log.md" in bad.stdout
    again = vicinage(*watch, "--json")
    told = json.loads(again.stdout)
    assert (again.returncode, told["found"][0]["rule"]) == (1, "rfa-not-open")
    assert vicinage("monitor", "--home", tmp_path / "home", "--acknowledge").stdout == "Acknowledged: 1.\n"
    assert vicinage(*watch).returncode == 0


def test_warnings_alone_are_exit_code_3(tmp_path: Path) -> None:
    honest().write(tmp_path / "log", NOW - timedelta(hours=2))
    stale = vicinage("monitor", tmp_path / "log", "--home", tmp_path / "home", "--once", "--stale", 1)
    assert stale.returncode == 3
    assert "Rule: log-stale" in stale.stdout
    gone = vicinage("monitor", "http://127.0.0.1:9/", "--home", tmp_path / "other", "--once")
    assert (gone.returncode, "Rule: log-unreadable" in gone.stdout) == (3, True)


def test_an_alarm_goes_out_once_by_mail_and_by_webhook_and_again_only_if_it_was_not_taken(
    tmp_path: Path,
) -> None:
    story = honest()
    bad = story.tell(rfa.resolve(an_id("s"), NOW))
    written(tmp_path, story)
    letters: list[Message] = []
    got: list[dict[str, Any]] = []
    status = [500]
    with serving.mail(letters) as smtp, serving.webhook(got, status) as url:
        told = ("--mail", "olga@operator.example", "--smtp", smtp, "--webhook", url)
        watch = ("monitor", tmp_path / "log", "--home", tmp_path / "home", "--once", *told)
        refused = vicinage(*watch)
        assert "Rule: alarm-webhook" in refused.stdout
        status.append(204)
        assert vicinage(*watch).returncode == 1
        assert vicinage(*watch).returncode == 1
    assert len(got) == 2
    assert got[0] == got[1]
    assert got[1]["found"] == [
        {
            "rule": "rfa-not-open",
            "entry": bad,
            "source": "spec/log.md",
            "sentence": f"the Request for Assistance {an_id('s')} was resolved, but it was not open.",
            "warning": False,
        }
    ]
    assert len(letters) == 2
    assert letters[0]["To"] == "olga@operator.example"
    assert letters[0]["Subject"].startswith("ALARM: the log")
    assert f"Entry {bad}: the Request for Assistance" in str(letters[0].get_payload())


def test_a_warning_is_mailed_when_it_begins_and_not_in_each_round(tmp_path: Path) -> None:
    honest().write(tmp_path / "log", NOW - timedelta(hours=2))
    letters: list[Message] = []
    with serving.mail(letters) as smtp:
        watch = ("monitor", tmp_path / "log", "--home", tmp_path / "home", "--once", "--stale", 1)
        for _ in range(3):
            assert vicinage(*watch, "--mail", "olga@operator.example", "--smtp", smtp).returncode == 3
    assert [letter["Subject"].split(":")[0] for letter in letters] == ["Warning"]


@pytest.mark.parametrize("point", POINTS)
def test_killed_at_any_point_it_goes_on_and_no_alarm_is_lost(tmp_path: Path, point: str) -> None:
    story = honest()
    log = written(tmp_path, story)
    home = tmp_path / "home"
    assert vicinage("monitor", tmp_path / "log", "--home", home, "--once").returncode == 0
    story.tell(rfa.resolve(an_id("s"), NOW))
    story.grow(log, NOW)
    got: list[dict[str, Any]] = []
    with serving.webhook(got, [200]) as url:
        watch = ("monitor", tmp_path / "log", "--home", home, "--once", "--webhook", url)
        assert vicinage(*watch, kill_at=point).returncode == -signal.SIGKILL
        assert vicinage(*watch).returncode == 1
        assert vicinage(*watch).returncode == 1
    assert len(got) == (2 if point == "monitor.told" else 1)
    state = Home(home).load()
    assert [fault.rule for fault in state.faults] == ["rfa-not-open"]
    assert heads.parse(state.head).tree.size == len(story.entries)


def test_two_monitors_never_share_a_folder_and_a_damaged_memory_is_not_replaced(tmp_path: Path) -> None:
    written(tmp_path)
    home = Home(tmp_path / "home")
    watch = ("monitor", tmp_path / "log", "--home", home.path, "--once")
    with home.alone():
        busy = vicinage(*watch)
        assert (busy.returncode, "[monitor-busy]" in busy.stderr) == (1, True)
    assert vicinage(*watch).returncode == 0
    (home.path / "state.json").write_bytes(b'{"head":"AAAA","rounds":"many"}')
    damaged = vicinage(*watch)
    assert (damaged.returncode, "[monitor-state]" in damaged.stderr) == (1, True)
    assert (home.path / "state.json").read_bytes() == b'{"head":"AAAA","rounds":"many"}'


def test_two_monitors_shown_two_pasts_keep_both_signed_heads_as_proof(tmp_path: Path) -> None:
    written(tmp_path / "a")
    other = Story()
    other.found()
    other.keep_private(8)
    other.write(tmp_path / "b" / "log", NOW)
    first, second = tmp_path / "first", tmp_path / "second"
    assert vicinage("monitor", tmp_path / "a/log", "--home", first, "--once").returncode == 0
    split = vicinage("monitor", tmp_path / "b/log", "--home", second, "--once", "--compare", first)
    assert (split.returncode, "Rule: split-view" in split.stdout) == (1, True)
    kept = {path.read_bytes() for path in (second / "proofs").iterdir()}
    assert kept == {(tmp_path / side / "log/checkpoint").read_bytes() for side in ("a", "b")}


def test_a_policy_from_elsewhere_is_the_one_believed(tmp_path: Path) -> None:
    log = written(tmp_path)
    mine = tmp_path / "policy"
    mine.write_bytes(log.policy.encode())
    watch = ("monitor", tmp_path / "log", "--home", tmp_path / "home", "--once")
    assert "kept from now on" not in vicinage(*watch, "--policy", mine).stdout
    (tmp_path / "log/policy").write_bytes(log.policy.encode().replace(b"quorum witnesses", b"quorum none"))
    changed = vicinage(*watch)
    assert (changed.returncode, "Rule: policy-changed" in changed.stdout) == (3, True)


def test_it_follows_until_it_is_told_to_stop(tmp_path: Path) -> None:
    story = honest()
    log = written(tmp_path, story)
    words = ["monitor", str(tmp_path / "log"), "--home", str(tmp_path / "home"), "--every", "1", "--json"]
    command = [sys.executable, "-m", "vicinage.cli", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["ok"]
        story.keep_private(4)
        story.grow(log, NOW)
        while "New since the last round: 4 entries." not in json.loads(process.stdout.readline())["notes"]:
            pass
        process.send_signal(signal.SIGTERM)
        process.stdout.read()
        assert process.wait(20) == 0
