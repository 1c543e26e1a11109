"""Writes files so that a crash leaves the old content or the new, never a piece.

Each file goes to a temporary name beside its place, is flushed to the disk, and then renamed;
the folder's own entry is flushed by `Syncs`, once per folder for a batch of files.
"""

import os
from pathlib import Path

from vicinage.tlog.errors import TileError


class Syncs:
    """Collects the folders that a batch of writes touched and flushes each once."""

    def __init__(self) -> None:
        self._folders: set[Path] = set()

    def write(self, path: Path, data: bytes, mode: int = 0o644) -> None:
        """Replace the file at `path`; folders are made as needed. Durable after `flush`."""
        folder = path.parent
        if not folder.is_dir():
            made = folder
            while not made.is_dir():
                self._folders.add(made.parent)
                made = made.parent
            folder.mkdir(parents=True, exist_ok=True)
        temporary = folder / f".{path.name}.new"
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, mode)
        try:
            try:
                with os.fdopen(descriptor, "wb", closefd=False) as file:
                    file.write(data)
                os.fchmod(descriptor, mode)
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            os.replace(temporary, path)
        except OSError:
            temporary.unlink(missing_ok=True)  # a full disk needs its space back
            raise
        self._folders.add(folder)

    def flush(self) -> None:
        """Make every rename so far durable."""
        for folder in self._folders:
            descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        self._folders.clear()


def replace(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Write one file, durable on return."""
    syncs = Syncs()
    syncs.write(path, data, mode)
    syncs.flush()


def read(path: Path, limit: int) -> bytes:
    """The file's bytes, at most `limit`. Raises TileError (tile-missing, tile-limit)."""
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
        raise TileError("tile-missing", f"The file {path.name} is not there: {path}.") from error
    if len(data) > limit:
        raise TileError("tile-limit", f"The file {path} has more than {limit} bytes.")
    return data
