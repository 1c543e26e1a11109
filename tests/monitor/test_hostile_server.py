"""Servers that lie, drip, break off and overflow: neither mirror nor monitor falls over or falls silent."""

import errno
import time
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from tests.core.cases import AT, HARBOUR, SALT, SOUND, an_id
from tests.evidence.test_monitor import Watch, found, warned
from tests.evidence.told_log import RECIPIENT, Story, honest
from tests.monitor import serving
from tests.tlog.small_log import ORIGIN
from vicinage.core import beside, leaf, redaction
from vicinage.evidence import shown
from vicinage.evidence.monitor import Other
from vicinage.evidence.outcome import Report
from vicinage.evidence.world import Desk, Key, World
from vicinage.monitor import Channels, Orders, mirror, monitor
from vicinage.monitor.home import Home
from vicinage.tlog.errors import TileError
from vicinage.wire import web
from vicinage.wire.codec import WireError


def copied(source: Path, home: Path) -> Report:
    reports: list[Report] = []
    mirror(str(source), home, reports.append)
    return reports[0]


def test_a_copy_keeps_the_rules_that_a_log_redacts_and_what_comes_after_a_redaction(tmp_path: Path) -> None:
    story = honest()
    for entry in (0, len(story.entries) + 2):
        story.tell(redaction.redact(entry, "safety", "A court", AT))
    kept = story.publish("u", reference="26-9000")
    assert kept == len(story.entries) - 1
    story.write(tmp_path / "log")
    copied(tmp_path / "log", tmp_path / "home")
    assert (tmp_path / "home/log/texts/0.toml").is_file()
    assert (tmp_path / f"home/log/texts/{kept}.json").is_file()


def test_a_key_that_is_none_does_not_stop_a_copy_from_growing(tmp_path: Path) -> None:
    story = honest()
    story.forge(leaf.public("log.key", AT, {"ed25519": f"{ORIGIN}+00000000+{'A' * 44}", "mldsa": ""}))
    log = story.write(tmp_path / "log")
    assert copied(tmp_path / "log", tmp_path / "home").ok
    story.keep_private(4)
    story.grow(log)
    assert copied(tmp_path / "log", tmp_path / "home").ok
    assert (tmp_path / "home/log/checkpoint").read_bytes() == log.folder.checkpoint()


def test_a_text_that_is_too_long_is_a_fault_and_does_not_stop_a_copy(tmp_path: Path) -> None:
    story = honest()
    text = b'{"reason":"' + b"x" * 300_000 + b'","salt":"' + SALT.encode() + b'"}'
    fields = {"agency": HARBOUR.id, "text": beside.commitment(text)}
    index = story.forge(leaf.public("agency.suspended", AT, fields), text)
    log = story.write(tmp_path / "log")
    report = copied(tmp_path / "log", tmp_path / "home")
    assert [(fault.index, fault.rule) for fault in report.faults] == [(index, "text-missing")]
    assert (tmp_path / "home/log/checkpoint").read_bytes() == log.folder.checkpoint()


@pytest.mark.parametrize(
    "error", [WireError("wire-unreachable", "No."), TileError("tile-unreadable", "500.")]
)
def test_a_text_that_is_not_given_out_is_a_warning_until_it_is_and_then_judged(
    tmp_path: Path, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = honest()
    log = story.write(tmp_path)
    watch = Watch(log)
    assert watch.look().ok
    told = story.forge(b"nothing")
    wicked = story.forge_rfa(replace(SOUND, id=an_id("v"), title="X"))
    story.grow(log)
    real = watch.fetch

    def withheld(name: str, limit: int = 2**24) -> bytes:
        if name == f"texts/{wicked}.json":
            raise error
        return real(name, limit)

    monkeypatch.setattr(watch, "fetch", withheld)
    report = watch.look()
    assert warned(report) == {"log-unreadable"}
    assert [fault.index for fault in report.faults] == [told]
    monkeypatch.setattr(watch, "fetch", real)
    assert "title-length" in found(watch.look())


def test_a_log_that_breaks_off_is_still_compared_with_what_others_were_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = honest()
    log = story.write(tmp_path / "log")
    watch = Watch(log)
    assert watch.look().ok
    twin = Story()
    twin.found()
    twin.keep_private(len(story.entries) - 3)
    theirs = twin.write(tmp_path / "other")
    real = watch.fetch

    def broken(name: str, limit: int = 2**24) -> bytes:
        if name.startswith("texts/"):
            raise WireError("wire-unreachable", "It broke off.")
        return real(name, limit)

    monkeypatch.setattr(watch, "fetch", broken)
    report = watch.look(others=[Other("a friend", theirs.folder.fetch)])
    assert "split-view" in found(report)
    assert "log-unreadable" in warned(report)


@pytest.mark.parametrize(
    "file",
    [
        b"[" * 1_000_000,
        b'{"key":[],"history":[]}',
        b'{"key":{},"history":[]}',
        b'{"key":null,"history":[[]]}',
    ],
    ids=["deep", "list", "object", "odd-history"],
)
def test_an_agencys_file_of_any_shape_is_a_fault_and_no_crash(
    file: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web, "get", lambda *_: web.Answer(200, "application/json", file))
    world = World(desks={HARBOUR.id: Desk({}, 1)}, keys={HARBOUR.id: [Key(RECIPIENT, 2, AT, AT)]})
    report = Report("the log")
    shown.check_agencies("http://site.example", world, 3, 0, AT, report)
    assert found(report) == {"agency-key-shown"}


def test_a_full_disk_keeps_no_alarm_from_being_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    story = honest()
    index = story.forge(b"nothing")
    story.write(tmp_path / "log")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Home, "save", full)
    got: list[dict[str, Any]] = []
    codes: list[int] = []
    reports: list[Report] = []
    with serving.webhook(got, [200]) as url:
        orders = Orders(str(tmp_path / "log"), tmp_path / "home", channels=Channels(webhook=url))

        def say(report: Report, code: int) -> None:
            reports.append(report)
            codes.append(code)

        monitor(orders, say)
    assert codes == [1]
    assert "monitor-unsaved" in warned(reports[0])
    assert [entry["entry"] for entry in got[0]["found"]] == [index]


def test_an_answer_that_drips_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    class Drip(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            try:
                for _ in range(200):
                    self.wfile.write(b"x")
                    time.sleep(0.05)
            except OSError:
                pass

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    began = time.monotonic()
    with serving.running(Drip) as url, pytest.raises(WireError, match="too slowly"):
        web.get(url, 1000, 0.3)
    assert time.monotonic() - began < 5
