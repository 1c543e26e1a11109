"""A monitor's rounds: it goes on where it stopped, and sees forks, rollbacks, split views, what is gone."""

import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from tests.core.cases import AT, CENTER, SALT, SOUND, an_id
from tests.evidence.told_log import Story, honest, later
from tests.tlog.small_log import SmallLog
from vicinage.core import assembly, log_key, place, redaction, rfa
from vicinage.core.assembly import Assembly
from vicinage.errors import VicinageError
from vicinage.evidence import head as heads
from vicinage.evidence import monitor
from vicinage.evidence.log_files import Place
from vicinage.evidence.monitor import Other, State
from vicinage.evidence.outcome import Report
from vicinage.tlog import layout, policy
from vicinage.tlog.signing import CosignatureSigner, Ed25519Signer
from vicinage.tlog.tile import Folder

STALE = timedelta(hours=24)


class Watch:
    """A monitor of one log: its memory, written down after each round as on a disk."""

    def __init__(self, log: SmallLog, folder: Path | None = None) -> None:
        self.rules = log.policy
        self.folder = Folder(folder or log.folder.path)
        self.memory = monitor.encode(State())
        self.fetched: list[str] = []
        self.proofs: list[bytes] = []

    def fetch(self, name: str, limit: int = layout.BUNDLE_LIMIT) -> bytes:
        """As the log serves it, and written down that it was fetched."""
        self.fetched.append(name)
        return self.folder.fetch(name, limit)

    def look(self, now: datetime = AT, others: Sequence[Other] = ()) -> Report:
        """One round."""
        state, report = monitor.decode(self.memory), Report("the log")
        self.fetched.clear()
        turns = count()
        source = Place(self.fetch, None)
        self.proofs = monitor.look(
            state, source, self.rules, others, now, lambda most: next(turns) % most, STALE, report
        )
        self.memory = monitor.encode(state)
        return report

    @property
    def state(self) -> State:
        """What it remembers."""
        return monitor.decode(self.memory)


def found(report: Report) -> set[str]:
    return {fault.rule for fault in report.faults}


def warned(report: Report) -> set[str]:
    return {warning.rule for warning in report.warnings}


def test_it_reads_only_what_is_new_and_judges_it_with_what_it_knows_from_before(tmp_path: Path) -> None:
    story = honest()
    story.keep_private(1200)
    log = story.write(tmp_path)
    watch = Watch(log)
    assert watch.look().ok
    third = replace(SOUND, id=an_id("u"), reference="26 1107")
    index = story.forge_rfa(third, {"post": 3, "first": an_id("r")})
    story.grow(log)
    report = watch.look()
    assert [(fault.index, fault.rule) for fault in report.faults] == [(index, "incident-posts-max")]
    assert "New since the last round: 1 entries." in report.notes
    assert any("tiles that agree with it: 2." in line for line in report.checked)
    assert watch.state.world.judged == 4
    assert watch.look().ok


@pytest.mark.parametrize("sizes", [(1, 255, 256, 257, 1024), (255, 1, 3), (512, 512), (3, 5, 250, 70_000)])
def test_in_whatever_steps_a_log_grows_each_round_holds(tmp_path: Path, sizes: tuple[int, ...]) -> None:
    story = Story()
    story.found()
    log = story.write(tmp_path)
    watch = Watch(log)
    assert watch.look().ok
    for size in sizes:
        story.keep_private(size * 4)
        story.grow(log)
        report = watch.look()
        assert report.ok, report.faults
    assert len(watch.state.levels) == (3 if sum(sizes) * 4 > 65_536 else 2)
    assert sum(map(len, watch.state.levels)) < 3 * 256


def test_a_rolled_back_log_is_found_and_its_head_does_not_replace_the_one_kept(tmp_path: Path) -> None:
    story = honest()
    log = story.write(tmp_path / "log")
    shutil.copytree(tmp_path / "log", tmp_path / "old")
    story.keep_private(4)
    story.grow(log)
    watch = Watch(log)
    assert watch.look().ok
    kept = watch.state.head
    watch.folder = Folder(tmp_path / "old")
    assert found(watch.look()) == {"log-rollback"}
    assert watch.state.head == kept
    assert watch.proofs == [kept, (tmp_path / "old/checkpoint").read_bytes()]


def other_past(path: Path, count: int = 8) -> SmallLog:
    """Another log by the same keys, of another past."""
    story = Story()
    story.found()
    story.keep_private(count)
    return story.write(path)


@pytest.mark.parametrize("more", [0, 1, 300])
def test_a_fork_is_found_at_the_same_size_and_at_larger_ones(tmp_path: Path, more: int) -> None:
    watch = Watch(honest().write(tmp_path / "log"))
    assert watch.look().ok
    fork = other_past(tmp_path / "fork", 8 + 4 * more)
    watch.folder = fork.folder
    assert "log-fork" in found(watch.look())
    assert len(watch.proofs) == 2
    watch.folder = Folder(tmp_path / "log")
    assert watch.look().ok


def test_two_monitors_who_are_shown_two_pasts_find_it_when_they_compare(tmp_path: Path) -> None:
    mine, theirs = Watch(honest().write(tmp_path / "mine")), Watch(other_past(tmp_path / "theirs", 100))
    assert mine.look().ok
    assert theirs.look().ok
    head = Folder(tmp_path / "their-monitor")
    head.put("checkpoint", theirs.state.head)
    unproven = mine.look(others=[Other("the other monitor", head.fetch)])
    assert (unproven.ok, warned(unproven)) == (True, {"compare-unproven"})
    assert found(mine.look()) == {"split-unproven"}
    report = mine.look(others=[Other("their mirror", Folder(tmp_path / "theirs").fetch)])
    assert "split-view" in found(report)
    assert set(mine.proofs) == {mine.state.head, theirs.state.head}
    smaller = theirs.look(others=[Other("the first monitor", Folder(tmp_path / "mine").fetch)])
    assert found(smaller) == {"split-view"}


def test_a_monitor_that_is_behind_or_ahead_of_another_fits(tmp_path: Path) -> None:
    story = honest()
    log = story.write(tmp_path / "log")
    behind, head = Watch(log), Folder(tmp_path / "head")
    assert behind.look().ok
    head.put("checkpoint", behind.state.head)
    story.keep_private(400)
    story.grow(log)
    ahead = Watch(log)
    report = ahead.look(others=[Other("one who is behind", head.fetch)])
    assert report.ok
    assert warned(report) == set()
    assert any("What one who is behind was shown fits" in line for line in report.checked)


def test_what_nobody_signed_is_not_compared(tmp_path: Path) -> None:
    watch = Watch(honest().write(tmp_path / "log"))
    for name, data in (("junk", b"junk"), ("unsigned", b"vicinage.example/log\n1\nAAAA\n\n")):
        Folder(tmp_path / name).put("checkpoint", data)
        report = watch.look(others=[Other(name, Folder(tmp_path / name).fetch)])
        assert (report.ok, warned(report)) == (True, {"compare-false"})
    report = watch.look(others=[Other("nobody", Folder(tmp_path / "nobody").fetch)])
    assert (report.ok, warned(report)) == (True, {"compare-silent"})


def test_a_log_that_nobody_cosigned_for_a_day_is_a_warning(tmp_path: Path) -> None:
    watch = Watch(honest().write(tmp_path))
    assert warned(watch.look(later(hours=24))) == set()
    report = watch.look(later(hours=24, seconds=1))
    assert (report.ok, warned(report)) == (True, {"log-stale"})


def test_a_changed_entry_tile_or_text_is_found_though_nothing_is_new(tmp_path: Path) -> None:
    story = honest()
    log = story.write(tmp_path)
    watch = Watch(log)
    assert watch.look().ok
    bundle = tmp_path / "tile/entries/000.p/11"
    good = bundle.read_bytes()
    bundle.write_bytes(layout.encode_bundle([b"{}", *story.entries[1:]]))
    assert "entry-changed" in found(watch.look())
    bundle.write_bytes(good)
    text = tmp_path / "texts/3.json"
    kept = text.read_bytes()
    text.write_bytes(kept.replace(b"red jacket", b"tan jacket"))
    assert found(watch.look()) == {"text-false"}
    text.unlink()
    assert found(watch.look()) == {"text-missing"}
    story.tell(redaction.redact(3, "court-order", "Harbour District Court", AT))
    story.grow(log)
    assert watch.look().ok


def test_a_backdated_entry_is_found_by_who_saw_the_log_without_it(tmp_path: Path) -> None:
    story = honest()
    log = story.write(tmp_path, later(hours=2))
    watch = Watch(log)
    assert watch.look(later(hours=2)).ok
    march = Assembly(an_id("m"), "March", place.circle(CENTER, 200), SOUND.window)  # type: ignore[arg-type]
    index = story.tell(assembly.enter(march, None, SALT, later(hours=1)))
    story.grow(log, later(hours=3))
    report = watch.look(later(hours=3))
    assert [(fault.index, fault.rule) for fault in report.faults] == [(index, "entry-backdated")]


def test_what_breaks_the_law_is_told_once_and_remembered(tmp_path: Path) -> None:
    story = honest()
    bad = story.tell(rfa.resolve(an_id("s"), AT))
    watch = Watch(story.write(tmp_path))
    assert [(fault.index, fault.rule) for fault in watch.look().faults] == [(bad, "rfa-not-open")]
    assert watch.look().ok
    assert [fault.index for fault in watch.state.faults] == [bad]
    assert [fault.index for fault in watch.state.unsent] == [bad]


def test_a_log_that_changes_its_key_as_it_said_is_followed(tmp_path: Path) -> None:
    story = honest()
    log = story.write(tmp_path)
    watch = Watch(log)
    assert watch.look().ok
    fresh = Ed25519Signer(log.log.vkey.name, bytes([9]) * 32)
    story.tell(log_key.rotate(str(fresh.vkey), "", AT))
    story.grow(log)
    assert found(watch.look()) == {"log-key"}
    signed = log.folder.checkpoint()
    assert signed is not None
    both = heads.parse(signed).tree.sign([*log.signers, fresh], int(AT.timestamp()))
    log.folder.put("checkpoint", both.encode())
    assert watch.look().ok
    assert watch.state.world.log_key["ed25519"] == str(fresh.vkey)


def test_a_log_without_its_quorum_is_not_followed(tmp_path: Path) -> None:
    log = honest().write(tmp_path)
    watch = Watch(log)
    other = CosignatureSigner("elsewhere.example", bytes([44]) * 32)
    watch.rules = policy.make(log.log.vkey, [("other", other.vkey, "")], 1)
    assert found(watch.look()) == {"policy-quorum"}
    assert watch.state.head == b""


def test_an_unreadable_log_changes_nothing(tmp_path: Path) -> None:
    log = honest().write(tmp_path)
    watch = Watch(log)
    watch.look()
    before = watch.memory
    watch.folder = Folder(tmp_path / "gone")
    with pytest.raises(VicinageError):
        watch.look()
    assert watch.memory == before
