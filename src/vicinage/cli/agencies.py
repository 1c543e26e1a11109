"""Commands on agencies: import-domains, import-directory, acts, check-acts."""

import argparse
import csv
import json
import os
import sys
from pathlib import Path
from typing import Any

from vicinage import durable
from vicinage.cli import inputs

WIDTH = 40
SHOWN = 20


def _import(arguments: argparse.Namespace) -> int:
    source = inputs.file(arguments.file)
    _open_state(arguments)
    from vicinage.server.agencies.listings import actions, reading

    kind = reading.DOMAINS if arguments.which == "domains" else reading.DIRECTORY
    bar = _Bar(_count_lines(source) - 1)
    try:
        run = actions.take_file(source, kind, bar.show, may_shrink=arguments.may_shrink)
    finally:
        bar.end()
    print(f"{run.rows_done} rows read, {run.rows_kept} kept; {run.problem_count} to look at.")
    for problem in run.problems[:SHOWN]:
        print(f"  line {problem['line']}{'' if problem['kept'] else ' (left out)'}: {problem['what']}")
    if len(run.problems) > SHOWN and not arguments.report:
        print(f"  and {run.problem_count - SHOWN} more; --report FILE has them.")
    if arguments.report:
        _write_report(arguments.report, run.problems)
    return inputs.HOLDS


def _write_report(path: Path, problems: list[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, ["line", "kept", "what"])
        writer.writeheader()
        writer.writerows(problems)


def _count_lines(path: Path) -> int:
    with path.open("rb") as source:
        return sum(chunk.count(b"\n") for chunk in iter(lambda: source.read(1 << 20), b""))


class _Bar:
    """How far it is, on standard error: one line that moves on a terminal, else one line each tenth."""

    def __init__(self, whole: int) -> None:
        self.whole = max(whole, 1)
        self.is_terminal = sys.stderr.isatty()
        self.tenth = -1

    def show(self, done: int) -> None:
        """Say that so many rows are done."""
        share = min(done / self.whole, 1.0)
        if self.is_terminal:
            filled = int(share * WIDTH)
            bar = "#" * filled + "." * (WIDTH - filled)
            print(f"\r[{bar}] {done} of {self.whole}", end="", file=sys.stderr, flush=True)
        elif int(share * 10) > self.tenth:
            self.tenth = int(share * 10)
            print(f"{done} of {self.whole} rows", file=sys.stderr, flush=True)

    def end(self) -> None:
        """Leave the line."""
        if self.is_terminal:
            print(file=sys.stderr)


def _acts(arguments: argparse.Namespace) -> int:
    _open_state(arguments)
    from vicinage.server.agencies import queries
    from vicinage.server.agencies.models import Agency

    agency = Agency.objects.filter(id=arguments.agency).first()
    if agency is None:
        raise inputs.BadInputError(
            "no-such-agency",
            "There should be an agency of this id, and is none.",
            "Its page's address has it.",
        )
    told = queries.told_acts(agency)
    text = json.dumps(told, indent=1, ensure_ascii=False) + "\n"
    durable.replace(arguments.out, text.encode(), mode=0o600)
    print(f"{len(told['acts'])} acts written to {arguments.out}, with names: for auditors alone.")
    return inputs.HOLDS


def _check_acts(arguments: argparse.Namespace) -> int:
    from vicinage.evidence import acts

    path = inputs.file(arguments.file)
    if path.stat().st_size > acts.MAX_BYTES:
        raise inputs.BadInputError(
            "file-too-large", f"{path} should have at most {acts.MAX_BYTES} bytes.", "Check the path."
        )
    policy = None if arguments.policy is None else inputs.small(arguments.policy)
    report = acts.check(path.read_bytes(), arguments.source, policy)
    return inputs.report(report.ok, report.lines, arguments.json)


def _open_state(arguments: argparse.Namespace) -> None:
    """Set the server up on its state folder. Raises RunError when none was prepared there."""
    from vicinage.run import staff

    home = inputs.home(arguments)
    staff.check_prepared(home)
    os.environ["VICINAGE_HOME"] = str(home)
    from vicinage.server import manage  # noqa: F401 (sets Django up)


def add(add: inputs.Add) -> None:
    """Add the commands."""
    agencies = add(
        "agencies", _import, "Lists to compare applications with; what officers did, for auditors."
    )
    group = agencies.add_subparsers(metavar="COMMAND", required=True)
    lists = (
        ("domains", "Import the list of .gov domains (current-full.csv), in full."),
        ("directory", "Import the directory of law enforcement (HIFLD), in full."),
    )
    for which, help in lists:
        command = add(f"import-{which}", _import, help, group)
        command.set_defaults(which=which)
        command.add_argument("file", type=Path, metavar="FILE")
        command.add_argument("--report", type=Path, help="write what did not parse to this file, as CSV")
        command.add_argument("--may-shrink", action="store_true", help="also if most of the list goes")
        command.add_argument("--home", type=Path, help="the state folder (VICINAGE_HOME, .state)")
    acts = add("acts", _acts, "Write what an agency's officers did, for an auditor.", group)
    acts.add_argument("agency", metavar="AGENCY", help="its id, as in the address of its page")
    acts.add_argument("--out", type=Path, required=True, metavar="FILE")
    acts.add_argument("--home", type=Path, help="the state folder (VICINAGE_HOME, .state)")
    check = add("check-acts", _check_acts, "Check such a file against a log.", group)
    check.add_argument("file", type=Path, metavar="FILE")
    check.add_argument("source", metavar="DIR-OR-URL", help="the log")
    check.add_argument("--json", action="store_true")
    check.add_argument("--policy", type=Path, help="a tlog-policy that you trust, from elsewhere")
