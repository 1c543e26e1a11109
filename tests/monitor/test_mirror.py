"""The mirror: a copy that is verified before it is shown, survives any death, and is as good as the log."""

import os
import shutil
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.core.cases import AT
from tests.evidence.told_log import Story, honest
from tests.monitor import serving
from tests.tlog.small_log import SmallLog
from vicinage import faults
from vicinage.core import redaction
from vicinage.evidence.audit import audit
from vicinage.evidence.outcome import Report
from vicinage.monitor import mirror
from vicinage.tlog import layout

POINTS = [point for point in faults.POINTS if point.startswith("mirror.")]


def copied(source: Path | str, home: Path) -> Report:
    """One round of a mirror."""
    reports: list[Report] = []
    code = mirror(str(source), home, reports.append)
    assert code == (0 if reports[0].ok else 1)
    return reports[0]


def rules(report: Report) -> set[str]:
    return {fault.rule for fault in report.faults}


def large() -> Story:
    story = honest()
    story.keep_private(9000)
    return story


def files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_the_copy_is_the_log_byte_for_byte_and_can_be_audited(tmp_path: Path) -> None:
    story = large()
    log = story.write(tmp_path / "log")
    assert copied(tmp_path / "log", tmp_path / "home").ok
    assert files(tmp_path / "home/log") == files(tmp_path / "log")
    for _ in range(3):
        story.publish(chr(ord("u") + _), reference=f"26-{_}")
        story.keep_private(1020)
        story.grow(log)
        report = copied(tmp_path / "log", tmp_path / "home")
        assert report.ok
        assert any("1021 are new." in line for line in report.checked)
    assert audit(tmp_path / "home/log").ok
    assert files(tmp_path / "home/log").items() <= files(tmp_path / "log").items()


@pytest.mark.parametrize("name", ["tile/entries/001", "tile/entries/000", "tile/entries/035.p/51"])
def test_a_log_with_a_false_entry_is_not_shown(tmp_path: Path, name: str) -> None:
    large().write(tmp_path / "log")
    path = tmp_path / "log" / name
    good = path.read_bytes()
    path.write_bytes(good[:-1] + bytes([good[-1] ^ 1]))
    assert rules(copied(tmp_path / "log", tmp_path / "home")) == {"root-false"}
    assert not (tmp_path / "home/log/checkpoint").exists()
    path.write_bytes(good)
    assert copied(tmp_path / "log", tmp_path / "home").ok
    assert audit(tmp_path / "home/log").ok


def test_false_hash_tiles_of_the_source_do_not_reach_the_copy(tmp_path: Path) -> None:
    large().write(tmp_path / "log")
    (tmp_path / "log/tile/0/003").write_bytes(bytes(8192))
    assert not audit(tmp_path / "log").ok
    assert copied(tmp_path / "log", tmp_path / "home").ok
    assert audit(tmp_path / "home/log").ok


def test_a_fork_and_a_rollback_leave_the_copy_as_it_was(tmp_path: Path) -> None:
    story = honest()
    log = story.write(tmp_path / "log")
    shutil.copytree(tmp_path / "log", tmp_path / "old")
    story.keep_private(4)
    story.grow(log)
    assert copied(tmp_path / "log", tmp_path / "home").ok
    before = files(tmp_path / "home/log")
    other = Story()
    other.found()
    other.keep_private(600)
    other.write(tmp_path / "fork")
    assert rules(copied(tmp_path / "old", tmp_path / "home")) == {"log-rollback"}
    assert rules(copied(tmp_path / "fork", tmp_path / "home")) == {"log-fork"}
    assert (tmp_path / "home/log/checkpoint").read_bytes() == before["checkpoint"]
    story.keep_private(400)
    story.grow(log)
    assert copied(tmp_path / "log", tmp_path / "home").ok
    assert audit(tmp_path / "home/log").ok


def test_a_redacted_text_leaves_the_copy_and_one_that_vanished_stays(tmp_path: Path) -> None:
    story = honest()
    log = story.write(tmp_path / "log")
    assert copied(tmp_path / "log", tmp_path / "home").ok
    for index in (3, 4):
        (tmp_path / f"log/texts/{index}.json").unlink()
    story.tell(redaction.redact(3, "privacy-law", "The data protection office", AT))
    story.grow(log)
    assert copied(tmp_path / "log", tmp_path / "home").ok
    assert not (tmp_path / "home/log/texts/3.json").exists()
    assert (tmp_path / "home/log/texts/4.json").exists()
    assert audit(tmp_path / "home/log").ok
    assert [(f.index, f.rule) for f in audit(tmp_path / "log").faults] == [(4, "text-missing")]


def test_a_text_that_is_missing_or_false_is_said_and_fetched_when_it_is_there(tmp_path: Path) -> None:
    honest().write(tmp_path / "log")
    text = tmp_path / "log/texts/3.json"
    good = text.read_bytes()
    text.unlink()
    assert rules(copied(tmp_path / "log", tmp_path / "home")) == {"text-missing"}
    text.write_bytes(good + b" ")
    assert rules(copied(tmp_path / "log", tmp_path / "home")) == {"text-false"}
    text.write_bytes(good)
    assert copied(tmp_path / "log", tmp_path / "home").ok
    assert (tmp_path / "home/log/texts/3.json").read_bytes() == good


def command(*words: object) -> list[str]:
    return [sys.executable, "-m", "vicinage.cli", "mirror", *map(str, words)]


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("begun", [False, True])
def test_killed_at_any_point_the_copy_shows_its_last_head_and_goes_on(
    tmp_path: Path, point: str, begun: bool
) -> None:
    story = honest()
    log = story.write(tmp_path / "log")
    if begun:
        assert copied(tmp_path / "log", tmp_path / "home").ok
    story.keep_private(5000)
    story.grow(log)
    words = command(tmp_path / "log", "--home", tmp_path / "home", "--once")
    env = {**os.environ, "VICINAGE_KILL_AT": point}
    killed = subprocess.run(words, env=env, capture_output=True, timeout=60, check=False)
    assert killed.returncode == -signal.SIGKILL
    if begun:
        assert audit(tmp_path / "home/log").ok
    assert copied(tmp_path / "log", tmp_path / "home").ok
    assert audit(tmp_path / "home/log").ok


def fetch(url: str, method: str = "GET") -> tuple[int, bytes, str]:
    """Status, body and how long it may be cached."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, method=method), timeout=5) as answer:
            return answer.status, answer.read(), answer.headers["Cache-Control"]
    except urllib.error.HTTPError as error:
        return error.code, error.read(), ""


def test_the_copy_is_served_while_it_follows_and_nothing_else_of_the_disk_is(tmp_path: Path) -> None:
    story = honest()
    log = story.write(tmp_path / "log")
    words = command(tmp_path / "log", "--home", tmp_path / "home", "--serve", "0", "--every", "1")
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = iter(process.stdout.readline, "")
        url = next(line for line in lines if "served at" in line).split()[-1].rstrip("/")
        try:
            assert audit(url).ok
            status, body, cache = fetch(f"{url}/tile/entries/000.p/11")
            assert (status, body) == (200, layout.encode_bundle(story.entries))
            assert "immutable" in cache
            assert fetch(f"{url}/checkpoint")[2] == "no-cache"
            assert fetch(f"{url}/checkpoint", "HEAD")[:2] == (200, b"")
            for path in (
                "policy/../../lock",
                "../lock",
                "lock",
                "",
                "texts/",
                "tile/0/../../checkpoint",
                "%2e",
            ):
                assert fetch(f"{url}/{path}")[0] == 404, path
            story.keep_private(4)
            story.grow(log)
            next(line for line in lines if "holds all 15 entries; 4 are new" in line)
            assert audit(url).ok
        finally:
            process.send_signal(signal.SIGTERM)
            process.stdout.read()
        assert process.wait(20) == 0


def test_a_copy_can_be_made_over_http_from_a_site_and_from_another_copy(tmp_path: Path) -> None:
    large().write(tmp_path / "log")
    with serving.site(tmp_path) as url:
        assert copied(url, tmp_path / "first").ok
        assert copied(f"{url}/first/log", tmp_path / "second").ok
    assert files(tmp_path / "first/log") == files(tmp_path / "second/log") == files(tmp_path / "log")


def test_a_log_that_no_quorum_cosigned_is_not_copied(tmp_path: Path) -> None:
    log = SmallLog(tmp_path / "log", witnesses=3, k=2)
    log.grow(honest().entries, honest().texts)
    signed = log.sign(11, log.folder.rebuild(11).root(), [log.log, log.witnesses[0]])
    log.folder.put("checkpoint", signed.encode())
    assert rules(copied(tmp_path / "log", tmp_path / "home")) == {"policy-quorum"}
    assert not (tmp_path / "home/log").exists()
