"""Files that a crash leaves old or new, never in pieces, and that a power cut does not undo.

Each goes to a name beside its place, is flushed to the disk, and is renamed; then the folder's own
entry is flushed, once per folder for a batch of files.
"""

import os
import secrets
from pathlib import Path

SCRATCH = ".new"
"""How the names beside end. Such a file is what a crash left behind, and means nothing."""


class Batch:
    """Writes many files and flushes each folder once. Everything is durable after `flush`."""

    def __init__(self) -> None:
        self._folders: set[Path] = set()

    def write(self, path: Path, data: bytes, mode: int = 0o644) -> None:
        """Replace the file at `path`; folders are made as needed. Raises OSError; then nothing is left."""
        self._make(path.parent)
        beside = path.with_name(f".{path.name}.{secrets.token_hex(6)}{SCRATCH}")
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
        try:
            with os.fdopen(os.open(beside, flags, mode), "wb") as out:
                os.fchmod(out.fileno(), mode)
                out.write(data)
                out.flush()
                os.fsync(out.fileno())
            os.replace(beside, path)
        except BaseException:
            beside.unlink(missing_ok=True)  # a full disk needs its space back
            raise
        self._folders.add(path.parent)

    def flush(self) -> None:
        """Make every rename so far durable."""
        for folder in self._folders:
            sync_folder(folder)
        self._folders.clear()

    def _make(self, folder: Path) -> None:
        made = folder
        while not made.is_dir():
            self._folders.add(made.parent)
            made = made.parent
        folder.mkdir(parents=True, exist_ok=True)


def replace(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Replace one file's content in one step, durable on return. Raises OSError."""
    batch = Batch()
    batch.write(path, data, mode)
    batch.flush()


def private_folder(path: Path) -> None:
    """A folder that only its owner may enter, with its parents."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)


def sync_folder(path: Path) -> None:
    """Make the names in a folder durable: those renamed into it and those removed."""
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
