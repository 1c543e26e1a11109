"""Durable files: written beside, fsynced, then put in place in one step."""

import os
from pathlib import Path
from typing import BinaryIO


def make_folder(path: Path) -> None:
    """A folder that only its owner may enter, with its parents."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)


def open_new(path: Path) -> BinaryIO:
    """An empty file of mode 0600 to write to. Raises OSError."""
    return open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")


def write(path: Path, data: bytes) -> None:
    """Replace the file's content in one step; mode 0600; durable on return. Raises OSError."""
    beside = path.with_name(path.name + ".new")
    try:
        with open_new(beside) as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        os.replace(beside, path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
