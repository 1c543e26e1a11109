"""Commands of the home hub: pair, run."""

import argparse
import os
import sys
from pathlib import Path

from vicinage.cli import inputs


def _hub_pair(arguments: argparse.Namespace) -> int:
    from vicinage.hub import config

    code = sys.stdin.readline() if arguments.code == "-" else arguments.code
    config.pair(code, arguments.source, _hub_home(arguments))
    print("Paired. Start the hub with `vicinage hub run`.")
    return inputs.HOLDS


def _hub_run(arguments: argparse.Namespace) -> int:
    from vicinage.hub import main as hub

    hub.run(_hub_home(arguments))
    return inputs.HOLDS


def _hub_home(arguments: argparse.Namespace) -> Path:
    given: Path | None = arguments.home
    return given or Path(os.environ.get("VICINAGE_HUB_HOME") or Path.home() / ".vicinage-hub")


def add(add: inputs.Add) -> None:
    """Add the commands."""
    hub = add("hub", _hub_run, "The home hub: records, seals and uploads.")
    commands = hub.add_subparsers(metavar="COMMAND", required=True)
    pair = add("pair", _hub_pair, "Pair this hub with a camera, by the code from its page.", commands)
    pair.add_argument("code", metavar="CODE", help="the pairing code, or - to read it from standard input")
    pair.add_argument("--source", required=True, help="rtsp://..., http://..., or a file")
    run = add("run", _hub_run, "Watch the paired cameras until stopped.", commands)
    for command in (pair, run):
        command.add_argument(
            "--home", type=Path, help="the hub's folder (VICINAGE_HUB_HOME, ~/.vicinage-hub)"
        )
