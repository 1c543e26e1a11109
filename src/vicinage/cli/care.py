"""Commands of whoever keeps a log, on the server's own machine: log check, repair, adopt, redact, keys."""

import argparse
from pathlib import Path

from vicinage.cli import inputs


def _check(arguments: argparse.Namespace) -> int:
    from vicinage.run import log_care

    found = log_care.check(inputs.home(arguments))
    lines = found or ["The database and the published log tell the same."]
    return inputs.report(not found, lines, arguments.json)


def _repair(arguments: argparse.Namespace) -> int:
    from vicinage.run import log_care

    print(f"Entries written anew from the database: {log_care.repair_folder(inputs.home(arguments))}.")
    return inputs.HOLDS


def _adopt(arguments: argparse.Namespace) -> int:
    from vicinage.run import log_care

    taken = log_care.adopt(inputs.home(arguments))
    print(f"Entries taken over from the published log: {len(taken)}.")
    for entry in taken:
        print(f"entry {entry.index}: {entry.kind}")
    if taken:
        print("What these did elsewhere in the database is still missing. See docs/guide/recovery.md.")
    return inputs.HOLDS


def _redact(arguments: argparse.Namespace) -> int:
    from vicinage.run import log_care

    log_care.redact(inputs.home(arguments), arguments.index, arguments.reason, arguments.authority)
    print(f"The text beside entry {arguments.index} is taken down, and the log says so.")
    return inputs.HOLDS


def _rotate(arguments: argparse.Namespace) -> int:
    from vicinage.run import log_care

    print(log_care.rotate_key(inputs.home(arguments)))
    print("Both keys sign now. Tell each witness: vicinage witness --trust VKEY, with this line.")
    print("When all know it: vicinage log retire-key.")
    return inputs.HOLDS


def _retire(arguments: argparse.Namespace) -> int:
    from vicinage.run import log_care

    print(f"No longer signs: {log_care.retire_key(inputs.home(arguments))}")
    return inputs.HOLDS


def add(add: inputs.Add) -> None:
    """Add the commands."""
    group = add("log", _check, "Care of this server's log.")
    within = group.add_subparsers(metavar="COMMAND", required=True)
    check = add("check", _check, "Compare the database with the published log, entry by entry.", within)
    check.add_argument("--json", action="store_true")
    redact = add("redact", _redact, "Take down the text beside an entry; the log says why.", within)
    redact.add_argument("index", type=int, metavar="ENTRY")
    redact.add_argument("--reason", required=True, help="court-order, privacy-law, safety or copyright")
    redact.add_argument("--authority", required=True, help="who ordered it; public")
    made = [check, redact]
    for name, command, help in (
        ("repair", _repair, "Write the public folder anew from the database."),
        ("adopt", _adopt, "Take what only the published log has into an older database."),
        ("rotate-key", _rotate, "Make the log's next key; both sign until the old one is retired."),
        ("retire-key", _retire, "Give the log's old key up, once the witnesses know the new one."),
    ):
        made.append(add(name, command, help, within))
    for parser in made:
        parser.add_argument("--home", type=Path, help="the state folder (VICINAGE_HOME, .state)")
