"""Some pages show evidence, which needs a log with a real witness; some change when a time comes."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from secrets import token_hex
from urllib.parse import urlsplit

import pytest

from tests.server.ledger.conftest import Witness, witness
from vicinage.server import clock

__all__ = ["Held", "Witness", "held", "witness"]


@dataclass
class Held:
    """The server's clock, held in hand. It goes on only when it is told to, and never back."""

    at: datetime

    def go_to(self, at: datetime) -> None:
        """Let it be this instant."""
        assert at >= self.at
        self.at = at

    def go_on(self, **much: float) -> datetime:
        """Let so much time pass (days, hours, seconds)."""
        self.at += timedelta(**much)
        return self.at


@pytest.fixture
def own_state(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of a process with a state folder, tmp_path/own, and a database of its own.

    The database is of the kind that this run is on.
    """
    environment = {**os.environ, "VICINAGE_HOME": str(tmp_path / "own")}
    url = os.environ.get("VICINAGE_DATABASE_URL", "")
    if not url:
        yield environment
        return
    import psycopg

    name = f"own_{token_hex(6)}"
    with psycopg.connect(urlsplit(url)._replace(path="/postgres").geturl(), autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}".encode())
        yield {**environment, "VICINAGE_DATABASE_URL": urlsplit(url)._replace(path=f"/{name}").geturl()}
        server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Held:
    """The server's clock stands still at the present second."""
    hand = Held(clock.now().replace(microsecond=0))
    monkeypatch.setattr(clock, "now", lambda: hand.at)
    return hand
