"""The state folder: where each kind of file lives, and how the first secret is made.

Everything is looked up through `settings.VICINAGE_HOME` at the time of the call, so that a test
can give each story a folder of its own.
"""

import os
import secrets
from pathlib import Path

from django.conf import settings


def folder(*parts: str) -> Path:
    """A folder below the state folder, made (mode 0700) if it is not there."""
    path = Path(settings.VICINAGE_HOME).joinpath(*parts)
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def payloads() -> Path:
    """Sealed payloads of complete clips, `<first two letters>/<clip>`."""
    return folder("payloads")


def uploads() -> Path:
    """Payloads still arriving, `<clip>`."""
    return folder("uploads")


def keys() -> Path:
    """The log's signing keys. Secret."""
    return folder("keys")


def public_log() -> Path:
    """The public log folder, as served at /log/."""
    return folder("public", "log")


def write_whole(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Replace a file at once: a reader sees the old bytes or the new, also after a power cut."""
    scratch = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    handle = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        os.replace(scratch, path)
    except BaseException:
        scratch.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """Make a rename or a removal in this folder durable."""
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def secret_key(state: Path) -> str:
    """The server's secret if `state` holds one, else a fresh one that lives as long as the process.

    `manage.migrate_and_prepare` writes the fresh one down; reading settings alone leaves no trace.
    """
    try:
        return (state / "secret-key").read_text().strip()
    except FileNotFoundError:
        return secrets.token_urlsafe(48)
