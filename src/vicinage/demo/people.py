"""The log-ins of the demo town: made anew in each state folder, kept in a file that only its owner reads.

A demo password is as long as any other, and is printed at the start of `vicinage run`.
"""

import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from vicinage import durable
from vicinage.device.account import Account
from vicinage.device.recovery import make_recovery_code
from vicinage.device.second_factor import Authenticator, code_at
from vicinage.errors import VicinageError

PASSWORD_WORDS = 4
FOLDER = "demo"
"""Where the demo keeps its own, within the state folder of `vicinage run`."""


class DemoError(VicinageError):
    """The demo town is not what it should be."""


@dataclass
class LogIn:
    """One person's log-in. secret: of the second factor, in base32; empty until it is set up."""

    email: str
    password: str
    secret: str = ""

    def account(self) -> Account:
        """The log-in as a device uses it."""
        return Account(self.email, self.password, Authenticator(self.secret))


class LogIns:
    """All log-ins of one town, in people.json of a folder."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "people.json"
        self.known: dict[str, LogIn] = {}
        if self.path.exists():
            self.known = {name: LogIn(**kept) for name, kept in json.loads(self.path.read_text()).items()}

    def of(self, name: str, email: str) -> LogIn:
        """This person's log-in, with a new password the first time."""
        if name not in self.known:
            self.known[name] = LogIn(email, make_recovery_code(PASSWORD_WORDS))
            self.save()
        return self.known[name]

    def save(self) -> None:
        """Write all of them, at once."""
        kept = {name: asdict(log_in) for name, log_in in self.known.items()}
        write_secret(self.path, json.dumps(kept, indent=1) + "\n")


def write_secret(path: Path, text: str) -> None:
    """Replace a file of mode 0600 at once."""
    durable.private_folder(path.parent)
    durable.replace(path, text.encode(), 0o600)


def current_code(home: Path, name: str) -> str:
    """The six digits that this person's authenticator shows now. Raises DemoError."""
    known = LogIns(home / FOLDER).known
    log_in = known.get(name.lower())
    if log_in is None or not log_in.secret:
        raise DemoError(
            "demo-nobody",
            f"{name} should be one of the demo town's people in {home}, and is not.",
            f"Known are: {', '.join(known) or 'none yet'}. Start `vicinage run` first.",
        )
    return code_at(log_in.secret, time.time())
