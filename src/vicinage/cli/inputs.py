"""What commands are given: exit codes, paths, ports, small files; and the error for what is wrong."""

import argparse
import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path

from vicinage.errors import VicinageError

HOLDS, FAILS, BAD_INPUT = 0, 1, 2

SMALL_FILE = 1024 * 1024  # an identity or a policy; whatever is larger is neither

Command = Callable[[argparse.Namespace], int]
Add = Callable[..., argparse.ArgumentParser]
"""add(name, command, help, within) makes one command; `within` a group of commands, or at the top."""


class BadInputError(VicinageError):
    """What the command line names is not there, or is not of the right kind."""


def home(arguments: argparse.Namespace) -> Path:
    """The state folder: --home, VICINAGE_HOME, or .state."""
    given: Path | None = arguments.home
    return Path(os.path.realpath(given or os.environ.get("VICINAGE_HOME") or ".state"))


def port(given: str | int, least: int = 1) -> int:
    """A port by its number, as typed. Raises BadInputError."""
    text = str(given).strip()
    if text.isascii() and text.isdigit() and len(text) <= 5 and least <= int(text) <= 65535:
        return int(text)
    raise BadInputError(
        "port-not-one",
        f"A port should be a whole number from {least} to 65535; {text[:20]!r} is none.",
        "Give another by --port or VICINAGE_PORT.",
    )


def small(path: Path) -> bytes:
    """The content of a file that cannot be large."""
    with file(path).open("rb") as opened:
        data = opened.read(SMALL_FILE + 1)
    if len(data) > SMALL_FILE:
        raise BadInputError(
            "file-too-large", f"{path} should have at most {SMALL_FILE} bytes.", "Check the path."
        )
    return data


def path(path: Path) -> Path:
    """The path itself when there is something at it. Raises BadInputError."""
    if not (path.is_file() or path.is_dir()):
        raise BadInputError("no-such-file", f"There should be something at {path}.", "Check the path.")
    return path


def file(path: Path) -> Path:
    """The path itself when there is a file at it. Raises BadInputError."""
    if not path.is_file():
        raise BadInputError("no-such-file", f"There should be a file at {path}.", "Check the path.")
    return path


def report(ok: bool, lines: Sequence[str], as_json: bool) -> int:
    """Print a report, as lines or as JSON; the exit code."""
    if as_json:
        print(json.dumps({"ok": ok, "lines": list(lines)}))
    else:
        for line in lines:
            print(line)
    return HOLDS if ok else FAILS
