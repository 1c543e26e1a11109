"""A platform whose pages show other keys of an agency than its log does is found out."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.core.cases import AT, HARBOUR, REGIME
from tests.evidence.told_log import OTHER_RECIPIENT, RECIPIENT, Story
from tests.monitor import serving
from tests.tlog.small_log import SmallLog
from vicinage.core import agency
from vicinage.evidence import log_files, monitor
from vicinage.evidence.monitor import State
from vicinage.evidence.outcome import Report

COOLING = timedelta(days=REGIME.conduct.key_cooling_days)
NOW = AT + COOLING + timedelta(hours=1)


class Town:
    """A platform on disk: the log, and the file of its one agency."""

    def __init__(self, path: Path) -> None:
        self.path = path
        story = Story()
        story.found()
        story.tell(agency.publish_key(REGIME, HARBOUR.id, OTHER_RECIPIENT, True, AT))
        self.log: SmallLog = story.write(path / "log", NOW)
        self.changes = [entry(2, RECIPIENT), entry(3, OTHER_RECIPIENT)]

    def show(self, key: str | None, history: list[dict[str, Any]] | None = None) -> None:
        """Write the agency's file as the platform shows it."""
        file = self.path / "agencies" / f"{HARBOUR.id}.json"
        file.parent.mkdir(exist_ok=True)
        file.write_text(json.dumps({"key": key, "history": self.changes if history is None else history}))

    def look(self) -> Report:
        """One round of a monitor that sees the town for the first time."""
        report = Report("the town")
        with serving.site(self.path) as url:
            source = log_files.locate(url)
            assert source.site == url
            monitor.look(State(), source, self.log.policy, (), NOW, lambda n: 0, timedelta(days=99), report)
        return report


def entry(index: int, recipient: str) -> dict[str, Any]:
    return {"index": index, "kind": "agency.key", "at": "", "recipient": recipient}


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path)


def found(report: Report) -> list[str]:
    return [fault.rule for fault in report.faults]


def test_the_keys_that_the_log_has_hold(town: Town) -> None:
    town.show(OTHER_RECIPIENT)
    report = town.look()
    assert report.ok, report.faults
    assert "The pages of 1 agencies show the keys that the log has." in report.checked


@pytest.mark.parametrize("key", [RECIPIENT, None, "age1" + "z" * 58])
def test_another_key_in_force_than_the_logs_is_an_alarm(town: Town, key: str | None) -> None:
    town.show(key)
    report = town.look()
    assert found(report) == ["agency-key-shown"]
    assert HARBOUR.id in report.faults[0].sentence


def test_a_history_without_the_newest_key_or_with_one_too_many_is_an_alarm(town: Town) -> None:
    town.show(OTHER_RECIPIENT, town.changes[:1])
    assert found(town.look()) == ["agency-key-shown"]
    town.show(OTHER_RECIPIENT, [*town.changes, entry(1, RECIPIENT)])
    assert found(town.look()) == ["agency-key-shown"]
    town.show(OTHER_RECIPIENT, [entry(2, OTHER_RECIPIENT), entry(3, OTHER_RECIPIENT)])
    assert found(town.look()) == ["agency-key-shown"]


def test_a_file_that_is_newer_than_the_head_is_left_for_the_next_round(town: Town) -> None:
    town.show("age1" + "z" * 58, [*town.changes, entry(4, "age1" + "z" * 58)])
    report = town.look()
    assert report.ok
    assert any("is newer than the head" in note for note in report.notes)


def test_a_file_that_is_not_there_is_a_warning_and_one_that_is_junk_an_alarm(town: Town) -> None:
    missing = town.look()
    assert (missing.ok, [w.rule for w in missing.warnings]) == (True, ["agency-page"])
    town.show(OTHER_RECIPIENT)
    for junk in (
        "{",
        "[]",
        '{"key":1}',
        '{"key":null,"history":[3]}',
        '{"key":null,"history":[{"index":"x"}]}',
    ):
        next((town.path / "agencies").iterdir()).write_text(junk)
        assert found(town.look()) == ["agency-key-shown"], junk


@pytest.mark.parametrize(("ago", "shown"), [(5, RECIPIENT), (5, OTHER_RECIPIENT), (15, OTHER_RECIPIENT)])
def test_a_key_that_just_took_force_may_be_on_the_page_a_little_later(
    tmp_path: Path, ago: int, shown: str
) -> None:
    town = Town(tmp_path)
    town.show(shown)
    report, since = Report("the town"), AT + COOLING
    with serving.site(tmp_path) as url:
        source = log_files.locate(url)
        now = since + timedelta(minutes=ago)
        monitor.look(State(), source, town.log.policy, (), now, lambda n: 0, timedelta(days=99), report)
    assert report.ok, report.faults
