"""Commands of those who keep a log honest from outside: witness."""

import argparse
from pathlib import Path

from vicinage.cli import inputs


def _witness(arguments: argparse.Namespace) -> int:
    from vicinage import witness

    witness.serve(arguments.home, inputs.port(arguments.port, least=0), arguments.name)
    return inputs.HOLDS


def add(add: inputs.Add) -> None:
    """Add the commands."""
    witness = add("witness", _witness, "A witness: cosigns the logs that it sees grow and never fork.")
    witness.add_argument("--home", type=Path, required=True)
    witness.add_argument("--port", type=int, required=True)
    witness.add_argument("--name", default="witness.localhost")
