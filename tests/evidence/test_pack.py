"""A package is a whole BagIt bag that stock tools and the bagit library accept, its clips as sealed."""

import hashlib
import io
import re
import subprocess
import tracemalloc
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import IO

import bagit
import pytest

from tests.core.cases import an_id
from tests.evidence import handover
from tests.evidence.handover import HandOver
from vicinage.evidence import manifest, pack
from vicinage.evidence.errors import PackageError
from vicinage.evidence.verify import verify


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> HandOver:
    return handover.make(tmp_path_factory.mktemp("log"))


@pytest.fixture(scope="module")
def folder(given: HandOver, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("out") / "package"
    pack.write_folder(path, given.contents)
    return path


class NoSeek(io.RawIOBase):
    """A sink like a socket: it can be written to, and nothing else."""

    def __init__(self) -> None:
        self.got = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        part = bytes(data)  # type: ignore[call-overload]
        self.got += part
        return len(part)


def test_the_bagit_library_finds_the_bag_valid(folder: Path) -> None:
    bag = bagit.Bag(str(folder))
    assert bag.validate() is True
    assert bag.info["External-Identifier"] == an_id("o")


def test_sha256sum_finds_every_line_of_both_manifests_right(folder: Path) -> None:
    for name in (manifest.TAG_MANIFEST, manifest.MANIFEST):
        run = subprocess.run(
            ["sha256sum", "-c", "--strict", name], cwd=folder, capture_output=True, check=True
        )
        assert run.stdout.count(b": OK\n") == len((folder / name).read_text().splitlines())


def test_the_officer_opens_each_clip_with_stock_age(given: HandOver, folder: Path, tmp_path: Path) -> None:
    key = tmp_path / "agency-identity.txt"
    key.write_text(given.officer.text)
    for clip, video in given.videos.items():
        sealed = folder / manifest.clip_file(clip)
        run = subprocess.run(["age", "-d", "-i", str(key), str(sealed)], capture_output=True, check=True)
        assert run.stdout == video


def test_a_zip_written_to_a_pipe_holds_the_same_files_in_one_folder(
    given: HandOver, folder: Path, tmp_path: Path
) -> None:
    sink = NoSeek()
    pack.write(sink, given.contents)  # type: ignore[arg-type]
    with zipfile.ZipFile(io.BytesIO(bytes(sink.got))) as archive:
        around = f"vicinage-{an_id('o')}/"
        inside = {name.removeprefix(around): archive.read(name) for name in archive.namelist()}
    files = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    assert inside == files
    (tmp_path / "package.zip").write_bytes(sink.got)
    assert verify(tmp_path / "package.zip").ok
    pack.unpack(tmp_path / "package.zip", tmp_path / "unpacked")
    assert verify(tmp_path / "unpacked").ok


def test_a_payload_that_the_hub_did_not_state_is_not_packed(given: HandOver, tmp_path: Path) -> None:
    first = given.contents.clips[0]
    other = replace(first, payload=handover.opener(b"something else"))
    broken = replace(given.contents, clips=(other, *given.contents.clips[1:]))
    with pytest.raises(PackageError, match="not the one that its hub stated"):
        pack.write_folder(tmp_path / "package", broken)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_there_already_is_left_alone(given: HandOver, folder: Path) -> None:
    before = (folder / manifest.MANIFEST).read_bytes()
    with pytest.raises(PackageError, match="something at"):
        pack.write_folder(folder, given.contents)
    assert (folder / manifest.MANIFEST).read_bytes() == before


def test_a_large_clip_is_never_held_in_memory(given: HandOver, tmp_path: Path) -> None:
    size = 24 * 1024 * 1024
    digest = hashlib.sha256(bytes(size)).hexdigest()

    def endless() -> IO[bytes]:
        path = tmp_path / "payload"
        with path.open("wb") as file:
            file.truncate(size)
        return path.open("rb")

    first = given.contents.clips[0]
    large = replace(first, payload=endless, statement={**first.statement, "payload_sha256": digest})
    tracemalloc.start()
    pack.write_folder(tmp_path / "package", replace(given.contents, clips=(large, given.contents.clips[1])))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 6 * 1024 * 1024


def test_a_lawyer_can_type_the_commands_of_how_to_verify(
    given: HandOver, folder: Path, tmp_path: Path
) -> None:
    text = (folder / manifest.HOW_TO).read_text()
    commands = re.findall(r"^    \$ ((?:.*\\\n)*.*)$", text.replace(" /tmp", f" {tmp_path}"), re.MULTILINE)
    assert len(commands) == 2 + 4 + 2 * 6 + 1
    answers = [
        subprocess.run(
            ["bash", "-euo", "pipefail", "-c", c], cwd=folder, capture_output=True, check=True
        ).stdout
        for c in commands
    ]
    printed = b"".join(answers).decode()
    assert printed.count("Signature Verified Successfully") == 1 + 2
    for clip in given.contents.statement["clips"]:
        assert clip["header_sha256"] in printed
        assert clip["payload_sha256"] in printed
        assert text.count(clip["header_sha256"]) == text.count(clip["payload_sha256"]) == 1
