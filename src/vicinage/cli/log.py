"""Commands of those who keep a log honest from outside: witness, mirror, monitor."""

import argparse
import json
import signal
import sys
import threading
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from vicinage.cli import inputs

if TYPE_CHECKING:
    from vicinage.evidence.outcome import Report

EVERY_S = 60


def _witness(arguments: argparse.Namespace) -> int:
    from vicinage import witness
    from vicinage.tlog.keys import parse_vkey
    from vicinage.witness.home import Home

    for text in arguments.trust:
        vkey = parse_vkey(text.strip())
        Home(arguments.home).trust(vkey)
        print(f"This witness cosigns the log {vkey.name} from now on.")
    if arguments.port is None:
        if arguments.trust:
            return inputs.HOLDS
        raise inputs.BadInputError(
            "port-not-one",
            "A witness that is to run needs a port.",
            "Give one by --port, or a key by --trust.",
        )
    witness.serve(arguments.home, inputs.port(arguments.port, least=0), arguments.name)
    return inputs.HOLDS


def _mirror(arguments: argparse.Namespace) -> int:
    from vicinage import monitor

    _source(arguments.source)
    port = None if arguments.serve is None else inputs.port(arguments.serve, least=0)

    def say(report: "Report") -> None:
        _say(report, "Mirror", arguments.json, "The copy is whole.", "The copy stays as it was.")

    return monitor.mirror(
        arguments.source, arguments.home, say, _policy(arguments), _every(arguments), port, _stopped()
    )


def _monitor(arguments: argparse.Namespace) -> int:
    from vicinage import monitor
    from vicinage.monitor import Channels

    if arguments.acknowledge:
        print(f"Acknowledged: {monitor.acknowledge(arguments.home)}.")
        if arguments.source is None:
            return inputs.HOLDS
    if arguments.source is None:
        raise inputs.BadInputError("log-not-given", "A log should be named.", "Give its address or folder.")
    _source(arguments.source)
    host, colon, port = arguments.smtp.rpartition(":")
    channels = Channels(
        arguments.mail or "",
        (host if colon else arguments.smtp, inputs.port(port) if colon else 25),
        _webhook(arguments),
    )
    orders = monitor.Orders(
        arguments.source,
        arguments.home,
        tuple(arguments.compare),
        _policy(arguments),
        channels,
        _every(arguments),
        arguments.stale,
    )

    def say(report: "Report", code: int) -> None:
        _say(report, "Monitor", arguments.json, "Nothing is wrong with this log.", "Look at what was found.")

    return monitor.monitor(orders, say, _stopped())


def _say(report: "Report", who: str, as_json: bool, well: str, ill: str) -> None:
    """One round's report, flushed, so that a file of them can be followed."""
    if as_json:
        found = [{"rule": f.rule, "entry": f.index, "sentence": f.sentence} for f in report.faults]
        warned = [{"rule": f.rule, "sentence": f.sentence} for f in report.warnings]
        print(
            json.dumps({"ok": report.ok, "found": found, "warnings": warned, "notes": report.notes}),
            flush=True,
        )
        return
    for line in report.round_lines(who, well, ill):
        print(line)
    sys.stdout.flush()


def _source(source: str) -> None:
    from vicinage.evidence.log_files import is_address

    if not is_address(source):
        inputs.path(Path(source))


def _policy(arguments: argparse.Namespace) -> bytes | None:
    return None if arguments.policy is None else inputs.small(arguments.policy)


def _webhook(arguments: argparse.Namespace) -> str:
    from vicinage.wire import web

    return web.checked(arguments.webhook) if arguments.webhook else ""


def _every(arguments: argparse.Namespace) -> float:
    """Seconds between rounds; 0 for one round."""
    if arguments.once:
        return 0.0
    if not 1 <= arguments.every <= 86400 * 7:
        raise inputs.BadInputError(
            "every-not-seconds",
            "The time between rounds should be 1 second to 7 days.",
            "Give seconds by --every.",
        )
    return float(arguments.every)


def _stopped() -> threading.Event:
    """Set by SIGTERM and SIGINT: the round under way is finished first."""
    stop = threading.Event()

    def ask_to_stop(number: int, frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask_to_stop)
    return stop


def add(add: inputs.Add) -> None:
    """Add the commands."""
    witness = add("witness", _witness, "A witness: cosigns the logs that it sees grow and never fork.")
    witness.add_argument("--home", type=Path, required=True)
    witness.add_argument("--port", type=int)
    witness.add_argument("--name", default="witness.localhost")
    witness.add_argument(
        "--trust",
        metavar="VKEY",
        action="append",
        default=[],
        help="a log's key to cosign for; without --port, that is all",
    )
    mirror = add("mirror", _mirror, "A full copy of a log, verified before it is shown; may be served.")
    mirror.add_argument("source", metavar="URL", help="the log's address, its site's, or a folder")
    mirror.add_argument(
        "--serve", metavar="PORT", help="serve the copy as static files at this port of 127.0.0.1"
    )
    monitor = add("monitor", _monitor, "Follows a log, judges what is new, compares, and alarms.")
    monitor.add_argument(
        "source", metavar="URL", nargs="?", help="the log's address, its site's, or a folder"
    )
    monitor.add_argument(
        "--compare",
        metavar="URL-OR-DIR",
        action="append",
        default=[],
        help="a mirror's or another monitor's view",
    )
    monitor.add_argument("--mail", metavar="TO", help="mail alarms to this address")
    monitor.add_argument(
        "--smtp", metavar="HOST:PORT", default="localhost:25", help="by this server (localhost:25)"
    )
    monitor.add_argument("--webhook", metavar="URL", help="POST alarms there as JSON")
    monitor.add_argument(
        "--stale",
        metavar="HOURS",
        type=float,
        default=24.0,
        help="warn when no witness cosigned for so long (24)",
    )
    monitor.add_argument(
        "--acknowledge",
        action="store_true",
        help="take note of all found so far; the exit code is about new things then",
    )
    for command in (mirror, monitor):
        command.add_argument("--home", type=Path, required=True, help="its folder, made when it is not there")
        command.add_argument("--policy", type=Path, help="a tlog-policy that you trust, from elsewhere")
        command.add_argument(
            "--every", metavar="S", type=float, default=EVERY_S, help=f"seconds between rounds ({EVERY_S})"
        )
        command.add_argument("--once", action="store_true", help="one round, and its exit code")
        command.add_argument("--json", action="store_true", help="one line of JSON a round")
