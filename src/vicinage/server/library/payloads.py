"""Sealed payloads on the disk: arriving in parts, whole, read in ranges, gone.

uploads/<clip> grows by appending; its length is the only record of how far an upload is. When it is
complete and its hash right it is renamed to payloads/<two letters>/<clip>, which is never written again.
"""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vicinage import durable, faults
from vicinage.server import home
from vicinage.server.library.errors import LibraryError, OffsetError


def path(clip: str) -> Path:
    """Where the whole payload of a clip lies."""
    return home.folder("payloads", clip[:2]) / clip


def is_whole(clip: str) -> bool:
    """Is the payload complete on the disk?"""
    return path(clip).exists()


def held(clip: str, size: int) -> int:
    """How many bytes of the payload are here; `size` when it is whole."""
    if is_whole(clip):
        return size
    try:
        return (home.uploads() / clip).stat().st_size
    except FileNotFoundError:
        return 0


def append(clip: str, offset: int, part: bytes, size: int, sha256: str) -> int:
    """Append a part at `offset`; on the last one, check the hash and make the payload whole.

    Returns the bytes now held. Durable on return. Raises OffsetError; LibraryError (upload-too-long,
    upload-hash: the upload begins again; storage-full: nothing of the part is kept).
    """
    with _locked(clip) as handle:
        if is_whole(clip):
            (home.uploads() / clip).unlink(missing_ok=True)
            if offset != size or part:
                raise OffsetError(size)
            return size
        begun = os.fstat(handle).st_size
        if offset != begun:
            raise OffsetError(begun)
        if begun + len(part) > size:
            raise LibraryError(
                "upload-too-long",
                f"The clip was offered with {size} bytes; this part would make it {begun + len(part)}.",
                "Offer the clip with its right size.",
                status=413,
            )
        _write(handle, part, begun)
        faults.point("library.upload.appended")
        if begun + len(part) == size:
            _finish(clip, handle, sha256)
            faults.point("library.upload.completed")
        return begun + len(part)


def keep_copy(clip: str, copy: Path) -> None:
    """Give a whole payload a second name in the state folder, which outlives the clip's deletion.

    Takes no space. Does nothing if `copy` is there already.
    """
    copy.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        os.link(path(clip), copy)
    except FileExistsError:
        return
    durable.sync_folder(copy.parent)


def remove(clip: str) -> None:
    """Delete what is here of a payload. Does nothing if there is nothing."""
    with _locked(clip):
        (home.uploads() / clip).unlink(missing_ok=True)
        path(clip).unlink(missing_ok=True)
    durable.sync_folder(home.uploads())
    durable.sync_folder(path(clip).parent)


def _write(handle: int, part: bytes, begun: int) -> None:
    """Write all of the part at the end, or nothing of it."""
    try:
        view = memoryview(part)
        done = 0
        while done < len(part):
            done += os.pwrite(handle, view[done:], begun + done)
        os.fsync(handle)
    except OSError as error:
        os.ftruncate(handle, begun)
        raise LibraryError(
            "storage-full",
            "The server could not store this part of the clip.",
            "Keep the clip and try again later.",
            status=507,
        ) from error


def _finish(clip: str, handle: int, sha256: str) -> None:
    """Check the hash of the whole upload, then rename it into the payloads."""
    with open(handle, "rb", closefd=False) as upload:
        upload.seek(0)
        actual = hashlib.file_digest(upload, "sha256").hexdigest()
    if actual != sha256:
        os.ftruncate(handle, 0)
        raise LibraryError(
            "upload-hash",
            "The payload that arrived has another SHA-256 than the clip was offered with.",
            "Send it again from the beginning.",
            status=422,
        )
    os.replace(home.uploads() / clip, path(clip))
    durable.sync_folder(path(clip).parent)


@contextmanager
def _locked(clip: str) -> Iterator[int]:
    """The upload's file, made if need be, held by this thread alone.

    A file that was renamed away or removed while we waited for its lock is not the upload any more.
    """
    name = home.uploads() / clip
    while True:
        handle = os.open(name, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            if _is_still(name, handle):
                yield handle
                return
        finally:
            os.close(handle)


def _is_still(name: Path, handle: int) -> bool:
    try:
        return os.path.samestat(name.stat(), os.fstat(handle))
    except FileNotFoundError:
        return False
