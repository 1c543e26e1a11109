"""The state folder: where each kind of file lives, and how the first secret is made.

Everything is looked up through `settings.VICINAGE_HOME` at the time of the call, so that a test
can give each story a folder of its own.
"""

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


def secret_key(state: Path) -> str:
    """The server's secret if `state` holds one, else a fresh one that lives as long as the process.

    `manage.migrate_and_prepare` writes the fresh one down; reading settings alone leaves no trace.
    """
    try:
        return (state / "secret-key").read_text().strip()
    except FileNotFoundError:
        return secrets.token_urlsafe(48)
