"""Which database: SQLite in the state folder, or PostgreSQL named by VICINAGE_DATABASE_URL."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from vicinage.errors import VicinageError

SQLITE_OPTIONS = {
    # Writers queue at the start of a transaction: with DEFERRED, two that read first both fail.
    "transaction_mode": "IMMEDIATE",
    # FULL: an index given to a log entry must be on the disk before the log is signed.
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY;",
    "timeout": 20,
}


def parse(url: str, state: Path) -> dict[str, Any]:
    """Django's settings of the database at `url`; empty means SQLite at `state`/db.sqlite3.

    url: `postgresql://user:password@host:port/name?sslmode=require`; parts of it may be missing, then
    libpq's own defaults hold. Raises VicinageError("database-url").
    """
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": state / "db.sqlite3",
            "OPTIONS": SQLITE_OPTIONS,
        }
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres") or not parts.path.strip("/"):
        raise VicinageError(
            "database-url",
            "VICINAGE_DATABASE_URL should look like postgresql://user:password@host:5432/name.",
            "Leave it unset to use SQLite in the state folder.",
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": dict(parse_qsl(parts.query)),
    }
