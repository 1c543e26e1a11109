"""A hostile zip file is refused with a sentence: nothing is unpacked, written elsewhere, or run."""

import io
import random
import shutil
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.core.cases import an_id
from tests.evidence import handover
from vicinage.evidence import manifest, pack
from vicinage.evidence.errors import PackageError
from vicinage.evidence.verify import verify


@pytest.fixture(scope="module")
def genuine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("out") / "package.zip"
    with path.open("wb") as out:
        pack.write(out, handover.make(tmp_path_factory.mktemp("log")).contents)
    return path


@pytest.fixture
def hostile(genuine: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(genuine, tmp_path / "hostile.zip"))


def fault(path: Path) -> str:
    """The one thing that is wrong; unpacking must refuse it too."""
    report = verify(path)
    assert not report.ok
    assert report.checked == []
    with pytest.raises(PackageError):
        pack.unpack(path, path.parent / "unpacked")
    assert not (path.parent / "unpacked").exists()
    return report.faults[0]


def entry(name: str, mode: int = stat.S_IFREG | 0o644) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo("placeholder")
    made.filename = name
    made.external_attr = mode << 16
    return made


AROUND = f"vicinage-{an_id('o')}/"


@pytest.mark.parametrize(
    "name",
    [
        "../evil.txt",
        AROUND + "../../evil.txt",
        "/etc/evil.txt",
        AROUND + "data/../../../evil",
        AROUND + "data\\..\\evil",
        "C:/evil.txt",
        AROUND + "data/a/b/c/d/e",
        AROUND + "data/new\nline",
        AROUND + "data/" + "n" * 300,
        AROUND + "data/.hidden",
        "beside/evil.txt",
    ],
)
def test_a_name_that_leads_elsewhere_is_refused(name: str, hostile: Path) -> None:
    with zipfile.ZipFile(hostile, "a") as archive:
        archive.writestr(entry(name), b"x")
    assert "[package-name]" in fault(hostile)


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFIFO, stat.S_IFDIR])
def test_a_link_or_device_is_refused(kind: int, hostile: Path) -> None:
    with zipfile.ZipFile(hostile, "a") as archive:
        archive.writestr(entry(AROUND + "data/link", kind | 0o777), b"/etc/passwd")
    assert "[package-link]" in fault(hostile)


def test_two_files_of_one_name_are_refused(hostile: Path) -> None:
    with (
        zipfile.ZipFile(hostile, "a") as archive,
        pytest.warns(UserWarning, match="Duplicate name"),
    ):
        archive.writestr(entry(AROUND + manifest.POLICY), b"quorum none\n")
    assert "[package-double]" in fault(hostile)


def test_a_bomb_is_refused_before_it_is_unpacked(hostile: Path) -> None:
    with zipfile.ZipFile(hostile, "a", zipfile.ZIP_DEFLATED) as archive:
        bomb = entry(AROUND + f"data/clips/{an_id('z')}.age")
        bomb.compress_type = zipfile.ZIP_DEFLATED
        with archive.open(bomb, "w", force_zip64=True) as file:
            for _ in range(64):
                file.write(bytes(1024 * 1024))
    assert "[package-bomb]" in fault(hostile)


def test_a_paper_that_is_too_large_is_refused(hostile: Path) -> None:
    with zipfile.ZipFile(hostile, "a") as archive:
        archive.writestr(entry(AROUND + "data/large"), bytes(manifest.MAX_SMALL_BYTES + 1))
    assert "[package-large]" in fault(hostile)


def test_many_large_papers_are_refused(hostile: Path) -> None:
    with zipfile.ZipFile(hostile, "a") as archive:
        for i in range(17):
            archive.writestr(entry(AROUND + f"data/p{i}"), bytes(manifest.MAX_SMALL_BYTES))
    report = verify(hostile)
    assert "[package-large]" in report.faults[0]


def test_more_files_than_a_package_has_are_refused(hostile: Path) -> None:
    with zipfile.ZipFile(hostile, "a") as archive:
        for i in range(manifest.MAX_FILES):
            archive.writestr(entry(AROUND + f"data/f{i}"), b"")
    assert "[package-many]" in fault(hostile)


def test_a_directory_of_a_hundred_thousand_files_is_refused_unread(tmp_path: Path) -> None:
    many = io.BytesIO()
    with zipfile.ZipFile(many, "w") as archive:
        for i in range(5000):
            archive.writestr(entry(f"data/{i}"), b"")
    (tmp_path / "many.zip").write_bytes(many.getvalue())
    assert "[package-many]" in fault(tmp_path / "many.zip")


def test_a_locked_file_is_refused(hostile: Path) -> None:
    data = bytearray(hostile.read_bytes())
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    hostile.write_bytes(data)
    assert "[package-locked]" in fault(hostile)


def test_an_uncommon_packing_is_refused(hostile: Path) -> None:
    with zipfile.ZipFile(hostile, "a", zipfile.ZIP_LZMA) as archive:
        odd = entry(AROUND + "data/odd")
        odd.compress_type = zipfile.ZIP_LZMA
        archive.writestr(odd, b"x", zipfile.ZIP_LZMA)
    assert "[package-packing]" in fault(hostile)


def cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def flip(data: bytes) -> bytes:
    changed = bytearray(data)
    changed[len(data) // 3] ^= 1
    return bytes(changed)


def lie_of_length(data: bytes) -> bytes:
    at = data.rindex(b"PK\x05\x06")
    return data[: at + 12] + struct.pack("<L", 10**8) + data[at + 16 :]


@pytest.mark.parametrize("harm", [cut, flip, lie_of_length, lambda d: b"", lambda d: b"PK\x05\x06" + d[:9]])
def test_a_damaged_zip_file_is_refused(harm: Callable[[bytes], bytes], hostile: Path) -> None:
    hostile.write_bytes(harm(hostile.read_bytes()))
    assert not verify(hostile).ok
    assert len(verify(hostile).faults) >= 1


def test_nothing_at_all_is_refused_in_a_sentence(tmp_path: Path) -> None:
    assert "should be a folder or zip file" in fault(tmp_path / "nothing")
    (tmp_path / "empty").mkdir()
    assert not verify(tmp_path / "empty").ok


def test_a_link_in_a_folder_is_refused(genuine: Path, tmp_path: Path) -> None:
    pack.unpack(genuine, tmp_path / "package")
    (tmp_path / "package" / manifest.HOW_TO).unlink()
    (tmp_path / "package" / manifest.HOW_TO).symlink_to("/etc/hostname")
    assert "[package-link]" in verify(tmp_path / "package").faults[0]


def test_a_package_zipped_again_by_its_reader_still_holds(genuine: Path, tmp_path: Path) -> None:
    pack.unpack(genuine, tmp_path / "a-folder")
    again = shutil.make_archive(str(tmp_path / "again"), "zip", tmp_path, "a-folder")
    assert verify(Path(again)).ok
    bare = shutil.make_archive(str(tmp_path / "bare"), "zip", tmp_path / "a-folder")
    assert verify(Path(bare)).ok


def test_no_flipped_byte_of_a_zip_file_ends_in_anything_but_a_report(hostile: Path) -> None:
    data, chance = hostile.read_bytes(), random.Random(3)  # noqa: S311  (no secret)
    directory = data.index(b"PK\x01\x02")
    places = [chance.randrange(len(data)) for _ in range(60)]
    places += [chance.randrange(directory, len(data)) for _ in range(120)]
    for place in places:
        changed = bytearray(data)
        changed[place] ^= 1 << chance.randrange(8)
        hostile.write_bytes(changed)
        report = verify(hostile)
        assert report.lines[-1].endswith("this package."), place
