"""A real witness on loopback, and ways to record and to start the server's process anew."""

import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import transaction
from pytest_django.fixtures import Settings

from tests.server.ledger.processes import PREPARE, RESUME, run
from vicinage.core import canonical, leaf
from vicinage.core.event import Event
from vicinage.server.ledger import actions, keys, publish
from vicinage.tlog.keys import parse_vkeys
from vicinage.witness.home import Home
from vicinage.witness.http import Server, open_server


class Witness:
    """A witness that can be stopped and started; it never forgets what it has seen."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.vkey = Home(folder).signer().vkey
        self.server: Server | None = None
        self.port = 0

    def start(self) -> None:
        """Listen, at the same port as before."""
        self.server = open_server(self.folder, self.port)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def named(self, name: str) -> str:
        """How the setting VICINAGE_WITNESSES names it."""
        return f"{name} {self.vkey} http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        """Be away."""
        if self.server:
            self.server.shutdown()
            self.server.server_close()
            self.server = None

    def trust(self, log_folder: Path) -> None:
        """Trust the log of this folder."""
        Home(self.folder).trust(parse_vkeys((log_folder / "vkeys").read_text())[0])


@pytest.fixture
def witness(home: Path, tmp_path: Path, settings: Settings) -> Iterator[Witness]:
    """A witness that the log's policy demands, and that runs."""
    made = Witness(tmp_path / "witness")
    made.start()
    settings.VICINAGE_WITNESSES = made.named("witness-1")
    keys.write_public(keys.load())
    made.trust(home / "public" / "log")
    yield made
    made.stop()


def private(commitment: str = "ab" * 32, subject: str = "h" * 16) -> Event:
    """A private event."""
    return Event("consent", subject, leaf.private(commitment), None, private=True)


def public(subject: str = "r" * 16) -> Event:
    """A public event with text beside the log."""
    entry = canonical.dumps({"rfa": subject, "type": "rfa.published", "v": 1})
    return Event("rfa.published", subject, entry, b'{"title":"t"}', private=False)


def record(*events: Event) -> None:
    """Record events in one transaction."""
    with transaction.atomic():
        for event in events:
            actions.record(event)


def start_anew() -> None:
    """Forget what this process has checked, as a new process would not know it."""
    publish._checked.clear()
    publish._quiet_until = 0.0


@dataclass
class Prepared:
    """A state folder for processes of their own, whose witness runs in this one."""

    home: Path
    witness: Witness

    @property
    def witnesses(self) -> str:
        """The setting VICINAGE_WITNESSES."""
        return self.witness.named("witness-1")

    @property
    def log(self) -> Path:
        """The public log."""
        return self.home / "public" / "log"


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A prepared server with the regime published, and the folder of its witness beside. To be copied."""
    folder = tmp_path_factory.mktemp("prepared")
    made = Prepared(folder / "home", Witness(folder / "witness"))
    made.witness.start()
    done = run(made.home, made.witnesses, PREPARE)
    assert done.returncode == 0, done.stderr
    made.witness.trust(made.log)
    done = run(made.home, made.witnesses, RESUME)
    assert done.returncode == 0, done.stderr
    made.witness.stop()
    (folder / "port").write_text(str(made.witness.port))
    return folder


@pytest.fixture
def state(prepared: Path, tmp_path: Path) -> Iterator[Prepared]:
    """A copy of the prepared server whose witness runs."""
    for name in ("home", "witness"):
        shutil.copytree(prepared / name, tmp_path / name)
    made = Prepared(tmp_path / "home", Witness(tmp_path / "witness"))
    made.witness.port = int((prepared / "port").read_text())  # the policy names it
    made.witness.start()
    yield made
    made.witness.stop()
