"""Announcing a change of the rules, from the server's own machine."""

import os
from datetime import UTC, datetime
from pathlib import Path

from vicinage.run.errors import RunError


def announce(home: Path, toml: bytes, effective_at: datetime) -> tuple[str, ...]:
    """Announce a regime in the log. Gives what is against it, in sentences; empty: it is announced for good.

    home: the state folder, prepared by a first `vicinage run`. Raises RunError, RegimeError, ServerError.
    """
    if not (home / "secret-key").exists():
        raise RunError(
            "run-not-prepared",
            f"The state folder {home} should have been prepared, and has not.",
            "Start `vicinage run` once, or name the folder by --home.",
        )
    os.environ["VICINAGE_HOME"] = str(home)
    from vicinage.server import manage

    return manage.announce_regime(toml, effective_at)


def read_start(typed: str) -> datetime:
    """A day, which begins at midnight UTC, or an instant with its zone. Raises RunError."""
    try:
        at = datetime.fromisoformat(typed)
    except ValueError as error:
        raise RunError(
            "regime-start",
            f"The time at which rules take force should be such as 2027-01-15, and is {typed[:40]!r}.",
            "Or such as 2027-01-15T08:00Z; a day begins at midnight UTC.",
        ) from error
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC).replace(microsecond=0)
