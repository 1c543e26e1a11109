"""A log and its plain list of entries, side by side through random lives; and every byte of it counts."""

import contextlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.tlog.small_log import SmallLog, numbered, root_of
from vicinage.tlog import checkpoint, merkle, note
from vicinage.tlog.errors import TlogError
from vicinage.tlog.tile import Folder


class Crash(BaseException):
    """The power goes."""


class Life(RuleBasedStateMachine):
    """`kept`: the entries under the published checkpoint. `tried`: further ones written, never signed."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="vicinage-log-"))
        self.log = SmallLog(self.folder)
        self.kept: list[bytes] = []
        self.fresh = 0

    def teardown(self) -> None:
        """Its own folder alone."""
        shutil.rmtree(self.folder)

    def more(self, count: int) -> list[bytes]:
        """Entries that were never written before."""
        self.fresh += count
        return numbered(count, self.fresh - count)

    @rule(count=st.sampled_from([1, 2, 3, 60, 255, 256, 257]))
    def grow(self, count: int) -> None:
        """Append and publish."""
        entries = self.more(count)
        self.log.grow(entries)
        self.kept += entries

    @rule(count=st.sampled_from([1, 5, 300]))
    def write_without_signing(self, count: int) -> None:
        """A sequencer that dies after the tiles."""
        self.log.folder.write(len(self.kept), self.more(count))

    @rule(count=st.sampled_from([1, 4, 260]), moment=st.integers(0, 30))
    def crash(self, count: int, moment: int) -> None:
        """The power goes at some flush or rename of an append; the checkpoint may or may not stand."""
        entries, left = self.more(count), [moment]
        real = {name: getattr(os, name) for name in ("fsync", "replace")}

        def until(name: str) -> Any:
            def call(*args: Any) -> Any:
                if left[0] == 0:
                    raise Crash
                left[0] -= 1
                return real[name](*args)

            return call

        for name in real:
            setattr(os, name, until(name))
        try:
            with contextlib.suppress(Crash):
                self.log.grow(entries)
        finally:
            for name, function in real.items():
                setattr(os, name, function)
        signed = Folder(self.folder).signed()
        if signed is not None and signed.size == len(self.kept) + count:
            self.kept += entries
        self.log = SmallLog(self.folder)
        self.log.entries = list(self.kept)

    @precondition(lambda self: self.kept)
    @rule(data=st.data())
    def rewrite(self, data: st.DataObject) -> None:
        """The same entries again change nothing; another one in their place is refused."""
        start = data.draw(st.integers(max(0, len(self.kept) - 300), len(self.kept) - 1))
        self.log.folder.write(start, self.kept[start:])
        with pytest.raises(TlogError):
            self.log.folder.write(start, [b"forged"])

    @precondition(lambda self: self.kept)
    @rule(data=st.data())
    def prove(self, data: st.DataObject) -> None:
        """Any entry stands in the published root, and any earlier root leads to it."""
        size = len(self.kept)
        index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
        root, reader = root_of(self.kept), self.log.folder.reader(size)
        leaf = merkle.leaf_hash(self.kept[index])
        merkle.verify_inclusion(index, size, leaf, reader.inclusion(index), root)
        merkle.verify_consistency(old, size, root_of(self.kept[:old]), root, reader.consistency(old))

    @invariant()
    def what_is_published_stands(self) -> None:
        """The checkpoint, the tiles and the entries tell one story: the list's."""
        signed = Folder(self.folder).signed()
        assert (signed.size if signed else 0) == len(self.kept)
        if signed is not None:
            folder = Folder(self.folder)
            assert signed.root == root_of(self.kept)
            assert folder.reader(signed.size).frontier().root() == signed.root
            assert folder.rebuild(signed.size).root() == signed.root


Life.TestCase.settings = settings(max_examples=30, stateful_step_count=10, deadline=None)
TestLife = Life.TestCase


def is_genuine(path: Path, log: SmallLog, entries: list[bytes]) -> bool:
    """What a reader does who trusts the policy alone: entries, tiles and checkpoint all agree."""
    folder = Folder(path)
    try:
        published = note.parse(folder.checkpoint() or b"")
        log.policy.check(published)
        head = checkpoint.parse(published.text)
        rebuilt, tiles = folder.rebuild(head.size).root(), folder.reader(head.size).frontier().root()
        told = [entry for _, bundle in folder.reader(head.size).bundles() for entry in bundle]
    except TlogError:
        return False
    return rebuilt == tiles == head.root and told == entries


def test_any_changed_byte_of_tiles_entries_or_tree_head_is_found(tmp_path: Path) -> None:
    log = SmallLog(tmp_path)
    log.grow(numbered(5))
    assert is_genuine(tmp_path, log, log.entries)
    tried = 0
    for name in ("tile/0/000.p/5", "tile/entries/000.p/5", "checkpoint"):
        file = tmp_path / name
        whole = file.read_bytes()
        signed = whole.index(b"\n\n") if name == "checkpoint" else len(whole)
        for at in range(signed):
            file.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << at % 8]) + whole[at + 1 :])
            assert not is_genuine(tmp_path, log, log.entries), (name, at)
            tried += 1
        for cut in (whole[:-1], whole + b"\n", b""):
            file.write_bytes(cut)
            assert not is_genuine(tmp_path, log, log.entries), (name, len(cut))
        file.write_bytes(whole)
    assert tried > 200
    assert is_genuine(tmp_path, log, log.entries)
