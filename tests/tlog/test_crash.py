"""A crash at any moment of a write: what was published stands, and the same step done again completes."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.tlog.small_log import SmallLog, numbered, root_of
from vicinage.tlog.tile import Folder

CALLS = ("fsync", "replace")


class Crash(BaseException):
    """The power goes."""


class Disk:
    """Counts flushes and renames, and crashes at the one it is told."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.told: list[str] = []
        self.crash_at: int | None = None
        for name in CALLS:
            monkeypatch.setattr(os, name, self.watched(name, getattr(os, name)))

    def watched(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any) -> Any:
            if len(self.told) == self.crash_at:
                raise Crash
            self.told.append(name)
            return real(*args)

        return call


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Disk]:
    yield Disk(monkeypatch)
    monkeypatch.undo()


def test_content_reaches_the_disk_before_its_name_and_the_folder_last(tmp_path: Path, disk: Disk) -> None:
    Folder(tmp_path).put("policy", b"x")
    assert disk.told == ["fsync", "replace", "fsync"]
    assert [p.name for p in tmp_path.iterdir()] == ["policy"]


def test_new_folders_are_flushed_into_their_parents(tmp_path: Path, disk: Disk) -> None:
    Folder(tmp_path / "new").put("texts/0.json", b"x")
    assert disk.told == ["fsync", "replace", "fsync", "fsync", "fsync"]


def test_a_crash_at_every_flush_and_rename_of_an_append_harms_nothing(tmp_path: Path, disk: Disk) -> None:
    first, second = numbered(250), numbered(300, 250)
    clean = SmallLog(tmp_path / "clean")
    clean.grow(first)
    disk.told.clear()
    clean.folder.write(250, second)
    calls = len(disk.told)
    assert calls >= 15
    for moment in range(calls):
        log = SmallLog(tmp_path / str(moment))
        disk.crash_at = None
        log.grow(first)
        disk.told.clear()
        disk.crash_at = moment
        with pytest.raises(Crash):
            log.folder.write(250, second)
        disk.crash_at = None
        again = Folder(log.folder.path)
        assert again.reader(250).frontier().root() == again.rebuild(250).root() == root_of(first)
        log.grow(second)
        assert again.rebuild(550).root() == again.reader(550).frontier().root() == root_of(numbered(550))
        assert not list(log.folder.path.rglob("*.new")), "no piece of a file is left"


def test_a_crash_while_the_checkpoint_is_replaced_leaves_the_old_or_the_new(
    tmp_path: Path, disk: Disk
) -> None:
    for moment in range(3):
        log = SmallLog(tmp_path / str(moment))
        disk.crash_at = None
        old = log.grow(numbered(2))
        new = log.sign(5, log.folder.write(2, numbered(3, 2)).root())
        disk.told.clear()
        disk.crash_at = moment
        with pytest.raises(Crash):
            log.folder.put_checkpoint(new.encode())
        disk.crash_at = None
        assert log.folder.checkpoint() == (old if moment < 2 else new).encode()
        log.folder.put_checkpoint(new.encode())


def test_a_full_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Folder(tmp_path)
    folder.put("policy", b"old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        folder.put("policy", b"new")
    assert folder.fetch("policy") == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["policy"]
