"""The log's folder: paths, tiles, growth, and what it refuses."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.tlog.small_log import SmallLog, numbered, root_of
from vicinage.tlog import layout, merkle
from vicinage.tlog.errors import TileError
from vicinage.tlog.tile import Folder

VECTORS: dict[str, Any] = json.loads(Path("spec/vectors/log.json").read_text(encoding="utf-8"))


def files(path: Path) -> dict[str, bytes]:
    return {str(p.relative_to(path)): p.read_bytes() for p in sorted(path.rglob("*")) if p.is_file()}


@pytest.mark.parametrize("row", VECTORS["tile_paths"], ids=lambda row: row["path"])
def test_tiles_lie_where_the_specification_puts_them(row: dict[str, Any]) -> None:
    assert layout.tile_path(row["level"], row["index"], row["width"]) == row["path"]
    assert layout.bundle_path(1234067, 7) == VECTORS["bundle_path"] == "tile/entries/x001/x234/067.p/7"


@pytest.mark.parametrize(
    ("level", "index", "width"), [(-1, 0, 1), (64, 0, 1), (0, -1, 1), (0, 0, 0), (0, 0, 257)]
)
def test_there_is_no_path_for_a_tile_that_cannot_be(level: int, index: int, width: int) -> None:
    with pytest.raises(TileError):
        layout.tile_path(level, index, width)


def test_a_log_of_70000_entries_has_the_tiles_of_the_specifications_example() -> None:
    assert [layout.tile_width(0, n, 70000) for n in (0, 272, 273, 274)] == [256, 256, 112, 0]
    assert [layout.tile_width(1, n, 70000) for n in (0, 1, 2)] == [256, 17, 0]
    assert [layout.tile_width(2, n, 70000) for n in (0, 1)] == [1, 0]


def test_a_bundle_has_the_bytes_of_the_vector() -> None:
    row = VECTORS["bundle"]
    entries = [bytes.fromhex(entry) for entry in row["entries"]]
    assert layout.encode_bundle(entries).hex() == row["bytes"]
    assert layout.parse_bundle(bytes.fromhex(row["bytes"]), 3) == entries


@pytest.mark.parametrize("cut", [0, 1, 2, 3, -1])
def test_a_truncated_bundle_is_refused(cut: int) -> None:
    data = layout.encode_bundle([b"ab", b"c"])
    with pytest.raises(TileError, match="ends early"):
        layout.parse_bundle(data[:cut], 2)


def test_a_bundle_with_more_than_it_should_hold_is_refused() -> None:
    with pytest.raises(TileError, match="after its 1 entries"):
        layout.parse_bundle(layout.encode_bundle([b"a", b"b"]), 1)


def test_an_entry_too_long_for_its_length_field_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    with pytest.raises(TileError) as refused:
        folder.write(0, [b"", bytes(65536)])
    assert refused.value.code == "tile-entry"
    assert files(tmp_path) == {}
    folder.write(0, [b"", bytes(65535)])
    assert folder.reader(2).entry(1) == bytes(65535)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.sampled_from([0, 1, 2, 100, 255, 256, 257]), min_size=1, max_size=6))
def test_however_a_log_grows_its_root_proofs_and_entries_are_the_same(
    tmp_path_factory: pytest.TempPathFactory, steps: list[int]
) -> None:
    folder = Folder(tmp_path_factory.mktemp("log"))
    size = 0
    for step in steps:
        frontier = folder.write(size, numbered(step, size))
        size += step
    root = root_of(numbered(size))
    reader = folder.reader(size)
    assert frontier.root() == root == folder.rebuild(size).root() == reader.frontier().root()
    assert [entry for _, bundle in reader.bundles() for entry in bundle] == numbered(size)
    for index in {0, size // 3, size - 1} if size else ():
        leaf = merkle.leaf_hash(b"entry %d" % index)
        merkle.verify_inclusion(index, size, leaf, reader.inclusion(index), root)
    for old in {1, size // 2 or 1, size} if size else ():
        old_root = root_of(numbered(old))
        merkle.verify_consistency(old, size, old_root, root, reader.consistency(old))


def test_a_log_of_70000_entries_has_two_levels_above_its_leaves(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.write(0, numbered(65530))
    frontier = folder.write(65530, numbered(4470, 65530))
    assert frontier.root() == folder.rebuild(70000).root()
    assert (tmp_path / "tile/2/000.p/1").stat().st_size == 32
    assert (tmp_path / "tile/1/001.p/17").stat().st_size == 17 * 32
    proof = folder.reader(70000).inclusion(65536)
    merkle.verify_inclusion(65536, 70000, merkle.leaf_hash(b"entry 65536"), proof, frontier.root())


def test_writing_the_same_entries_again_changes_nothing(tmp_path: Path) -> None:
    log = SmallLog(tmp_path)
    log.grow(numbered(250))
    log.grow(numbered(300, 250))
    before = files(tmp_path)
    assert log.folder.write(250, numbered(300, 250)).root() == root_of(numbered(550))
    assert log.folder.write(100, numbered(450, 100)).root() == root_of(numbered(550))
    assert {name: data for name, data in files(tmp_path).items() if name in before} == before


def test_a_published_entry_cannot_be_written_otherwise(tmp_path: Path) -> None:
    log = SmallLog(tmp_path)
    log.grow(numbered(10))
    before = files(tmp_path)
    with pytest.raises(TileError) as refused:
        log.folder.write(8, [b"entry 8", b"forged"])
    assert refused.value.code == "log-fork"
    assert files(tmp_path) == before


def test_entries_that_were_never_signed_may_be_written_anew(tmp_path: Path) -> None:
    log = SmallLog(tmp_path)
    log.grow(numbered(10))
    log.folder.write(10, [b"lost", *numbered(300)])
    log.grow(numbered(3, 10))
    assert log.folder.rebuild(13).root() == root_of(numbered(13))
    assert log.folder.reader(13).frontier().root() == root_of(numbered(13))


def test_a_checkpoint_never_goes_back_or_sideways(tmp_path: Path) -> None:
    log = SmallLog(tmp_path)
    first = log.grow(numbered(4))
    log.grow(numbered(4, 4))
    for old in (first, log.sign(8, bytes(32))):
        with pytest.raises(TileError) as refused:
            log.folder.put_checkpoint(old.encode())
        assert refused.value.code == "log-rollback"
    assert log.folder.signed() is not None
    assert log.folder.signed().size == 8  # type: ignore[union-attr]


def test_partial_tiles_stay_until_their_full_tile_is_published(tmp_path: Path) -> None:
    log = SmallLog(tmp_path)
    log.grow(numbered(100))
    log.grow(numbered(100, 100))
    first = {"tile/0/000.p/100", "tile/0/000.p/200", "tile/entries/000.p/100", "tile/entries/000.p/200"}
    assert first <= set(files(tmp_path))
    log.folder.write(200, numbered(63, 200))
    assert first <= set(files(tmp_path)), "the full tile is written, but no checkpoint stands on it yet"
    log.grow(numbered(63, 200))
    names = set(files(tmp_path))
    assert not first & names
    assert {"tile/0/000", "tile/0/001.p/7", "tile/entries/001.p/7", "tile/1/000.p/1"} <= names
    assert log.folder.reader(263).frontier().root() == root_of(numbered(263))
    assert log.folder.reader(100).frontier().root() == root_of(numbered(100)), (
        "who has the old checkpoint can read"
    )
    assert log.folder.reader(100).entry(99) == b"entry 99"


@pytest.mark.parametrize("name", ["../x", "/etc/passwd", "tile/../../x", ""])
def test_a_path_that_leaves_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(TileError) as refused:
        Folder(tmp_path).put(name, b"")
    assert refused.value.code == "tile-path"


def test_reading_is_bounded(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.put("policy", bytes(100))
    with pytest.raises(TileError) as refused:
        folder.fetch("policy", 99)
    assert refused.value.code == "tile-limit"


@pytest.mark.parametrize("name", ["tile/0/000.p/9", "tile/entries/000.p/9"])
@pytest.mark.parametrize("keep", [0, 1, 40, -1])
def test_a_truncated_tile_is_noticed(tmp_path: Path, name: str, keep: int) -> None:
    log = SmallLog(tmp_path)
    log.grow(numbered(9))
    (tmp_path / name).write_bytes((tmp_path / name).read_bytes()[:keep])
    with pytest.raises(TileError):
        log.folder.reader(9).inclusion(3), log.folder.reader(9).entry(3)


def test_no_such_entry_no_such_tile(tmp_path: Path) -> None:
    log = SmallLog(tmp_path)
    log.grow(numbered(3))
    for wrong in (3, -1, 256):
        with pytest.raises(TileError, match="no entry"):
            log.folder.reader(3).entry(wrong)
    assert Folder(tmp_path / "empty").checkpoint() is None
