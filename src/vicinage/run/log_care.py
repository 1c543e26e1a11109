"""Care of a server's log, on the server's own machine: check, repair, catch up, redact, change the key."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from vicinage.run.errors import RunError

if TYPE_CHECKING:
    from vicinage.server.ledger.repair import Adopted
    from vicinage.tlog.keys import VKey


def check(home: Path) -> list[str]:
    """Every difference between database and published log, a sentence each."""
    _set_up(home)
    from vicinage.server.ledger import repair

    return repair.check()


def repair_folder(home: Path) -> int:
    """Write the public folder anew from the database; how many entries it has. Raises LedgerError."""
    _set_up(home)
    from vicinage.server.ledger import repair

    return repair.folder()


def adopt(home: Path) -> "list[Adopted]":
    """Take what only the published log has into an older database; these entries. Raises LedgerError."""
    _set_up(home)
    from vicinage.server.ledger import repair

    return repair.adopt()


def redact(home: Path, index: int, reason: str, authority: str) -> None:
    """Take down the text beside an entry, and say so in the log. Raises LedgerError, RfaError."""
    _set_up(home)
    from vicinage.server import manage

    manage.redact(index, reason, authority)


def rotate_key(home: Path) -> str:
    """Make the log's next key and say so in the log; its vkey. The local witness is told first.

    Raises LedgerError.
    """
    _set_up(home)
    from vicinage.server import clock
    from vicinage.server.ledger import rotation
    from vicinage.witness.home import Home

    def tell(vkey: "VKey") -> None:
        if (home / "witness").is_dir():
            Home(home / "witness").trust(vkey)

    return str(rotation.rotate(clock.now(), tell).ed25519.vkey)


def retire_key(home: Path) -> str:
    """Give the log's old key up; its vkey. Raises LedgerError (ledger-key-rotation)."""
    _set_up(home)
    from vicinage.server.ledger import rotation

    return str(rotation.retire())


def _set_up(home: Path) -> None:
    """Django, on this state folder."""
    if not (home / "secret-key").exists():
        raise RunError(
            "run-not-prepared",
            f"The state folder {home} should have been prepared, and has not.",
            "Start `vicinage run` once, or name the folder by --home.",
        )
    os.environ["VICINAGE_HOME"] = str(home)
    from vicinage.server import manage  # noqa: F401 (sets Django up)
