"""Reads a package where it lies, a folder or a zip file, without unpacking it and without trust.

A zip file is refused when it holds names that lead elsewhere, links, doubles, locked or oddly
packed files, or more than a package can have; nothing is written anywhere.
"""

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from vicinage.evidence import manifest
from vicinage.evidence.errors import PackageError

_END = struct.Struct("<4s4H2LH")
_END64_PLACE = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")
_DIRECTORY_BYTES = 256 * 1024
_RATIO = 20
"""Most that a package may unpack to, as a multiple of the zip file: sealed clips hardly pack at all."""


class Source(Protocol):
    """The files of a package by their name in the bag."""

    sizes: dict[str, int]

    def open(self, name: str) -> BinaryIO:
        """The file, to be read once."""


class FolderSource:
    """A bag as a folder. Raises PackageError for links, odd names, too many or too large files."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.sizes: dict[str, int] = {}
        for path in root.rglob("*"):
            name = path.relative_to(root).as_posix()
            kind = path.lstat()
            if stat.S_ISDIR(kind.st_mode):
                continue
            if not stat.S_ISREG(kind.st_mode):
                raise PackageError("package-link", f"{name[:100]!r} is a link or device, not a file.")
            _add(self.sizes, name, kind.st_size)

    def open(self, name: str) -> BinaryIO:
        """The file, to be read once."""
        return (self.root / name).open("rb")


class ZipSource:
    """A bag as a zip file, with or without one folder around it. Raises PackageError."""

    def __init__(self, file: BinaryIO) -> None:
        size = _check_directory(file)
        self.archive = zipfile.ZipFile(file)
        entries = [entry for entry in self.archive.infolist() if _is_file(entry)]
        if sum(entry.file_size for entry in entries) > _RATIO * size:
            raise PackageError("package-bomb", "The zip file would unpack to far more than a package has.")
        around = _folder_around([entry.filename for entry in entries])
        self.sizes: dict[str, int] = {}
        self._entries: dict[str, zipfile.ZipInfo] = {}
        for entry in entries:
            if not entry.filename.startswith(around):
                raise PackageError(
                    "package-name", f"{entry.filename[:100]!r} lies outside the package's folder."
                )
            name = entry.filename.removeprefix(around)
            if name in self._entries:
                raise PackageError("package-double", f"The zip file holds two files named {name[:100]!r}.")
            _add(self.sizes, name, entry.file_size)
            self._entries[name] = entry

    def open(self, name: str) -> BinaryIO:
        """The file, to be read once."""
        return cast(BinaryIO, self.archive.open(self._entries[name]))


@contextmanager
def open_package(path: Path) -> Iterator[Source]:
    """The package at a path. Raises PackageError, also for a zip file that breaks while it is read."""
    try:
        if path.is_dir():
            yield FolderSource(path)
        elif path.is_file():
            with path.open("rb") as file:
                yield ZipSource(file)
        else:
            raise PackageError("package-missing", f"There should be a folder or zip file at {path}.")
    except (zipfile.BadZipFile, zlib.error, struct.error, NotImplementedError, EOFError) as error:
        raise PackageError("package-zip", f"The zip file is damaged: {error}.") from error
    except OSError as error:
        raise PackageError("package-unreadable", f"The package cannot be read: {error.strerror}.") from error


def _add(sizes: dict[str, int], name: str, size: int) -> None:
    """Count one file in. Raises PackageError."""
    manifest.check_name(name)
    if size > manifest.limit_of(name):
        raise PackageError("package-large", f"{name} has {size} bytes, more than such a file may have.")
    if len(sizes) >= manifest.MAX_FILES:
        raise PackageError("package-many", f"The package has more than {manifest.MAX_FILES} files.")
    sizes[name] = size


def _is_file(entry: zipfile.ZipInfo) -> bool:
    """False for an empty folder entry. Raises PackageError for what is not a plain file."""
    shown = repr(entry.filename[:100])
    if entry.is_dir() and entry.file_size == 0:
        manifest.check_name(entry.filename[:-1])
        return False
    if stat.S_IFMT(entry.external_attr >> 16) not in (0, stat.S_IFREG):
        raise PackageError("package-link", f"{shown} is a link or device, not a file.")
    if entry.flag_bits & 0x1:
        raise PackageError("package-locked", f"{shown} is locked with a password.")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise PackageError("package-packing", f"{shown} is packed in an uncommon way.")
    return True


def _folder_around(names: list[str]) -> str:
    """The one folder that holds the bag, with its slash; empty where bagit.txt lies at the top."""
    for name in names:
        folder, slash, rest = name.partition("/")
        if rest == manifest.DECLARATION:
            return folder + slash
    return ""


def _check_directory(file: BinaryIO) -> int:
    """Refuse a directory that is too long before zipfile reads it into memory; the file's size, bytes."""
    size = file.seek(0, 2)
    start = max(0, size - 65536 - _END.size - _END64_PLACE.size)
    file.seek(start)
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END.size:
        raise PackageError("package-zip", "The file is neither a folder nor a zip file.")
    length = cast(int, _END.unpack_from(tail, at)[5])
    before = at - _END64_PLACE.size
    if before >= 0 and tail[before : before + 4] == b"PK\x06\x07":
        file.seek(min(_END64_PLACE.unpack_from(tail, before)[2], size))
        record = file.read(_END64.size)
        length = cast(int, _END64.unpack(record)[8])
    if length > _DIRECTORY_BYTES:
        raise PackageError("package-many", f"The package has more than {manifest.MAX_FILES} files.")
    file.seek(0)
    return size
