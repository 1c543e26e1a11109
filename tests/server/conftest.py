"""Some pages show evidence, which needs a log with a real witness."""

from tests.server.ledger.conftest import Witness, witness

__all__ = ["Witness", "witness"]
