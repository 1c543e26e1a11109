"""Some pages show evidence, which needs a log with a real witness; some change when a time comes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

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
def held(monkeypatch: pytest.MonkeyPatch) -> Held:
    """The server's clock stands still at the present second."""
    hand = Held(clock.now().replace(microsecond=0))
    monkeypatch.setattr(clock, "now", lambda: hand.at)
    return hand
