"""Making people who run the server, from the server's own machine."""

import os
from pathlib import Path

from vicinage.run.errors import RunError


def create(home: Path, email: str, password: str, role: str) -> str:
    """Make an operator or a moderator; gives the secret of their second factor, in base32.

    home: the state folder, prepared by a first `vicinage run`. Raises RunError, ServerError.
    """
    check_prepared(home)
    os.environ["VICINAGE_HOME"] = str(home)
    from vicinage.server import manage

    make = manage.create_operator if role == "operator" else manage.create_moderator
    return make(email, password)


def check_prepared(home: Path) -> None:
    """Raise RunError where no server has prepared this state folder."""
    if not (home / "secret-key").exists():
        raise RunError(
            "run-not-prepared",
            f"The state folder {home} should have been prepared, and has not.",
            "Start `vicinage run` once, or name the folder by --home.",
        )
