"""The console command `vicinage`. Each command imports what it needs when it is called.

Exit codes: 0 done, or the check holds; 1 the check fails, or something was refused; 2 the command
line or an input is not what it should be; 3, of the monitor alone, there are warnings. An error is one
sentence, a hint, and a [code].
"""

import argparse
import os
import sys
from collections.abc import Sequence

from vicinage.cli import agencies, care, checks, hub, log, platform, regime
from vicinage.cli.inputs import BAD_INPUT, FAILS, BadInputError, Command
from vicinage.errors import VicinageError

BAD_INPUT_CODES = frozenset(
    {
        *("camera-not-a-video", "camera-no-picture", "camera-codec", "demo-out-not-empty", "seal-key-broken"),
        *("pairing-not-a-code", "pairing-damaged", "pairing-cell", "pairing-recipient", "pairing-source"),
    }
)

WRONG_PLACE = (PermissionError, IsADirectoryError, NotADirectoryError, FileExistsError)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; gives the exit code."""
    arguments = _parser().parse_args(argv)
    command: Command = arguments.command
    try:
        return command(arguments)
    except VicinageError as error:
        print(f"vicinage: {error}", file=sys.stderr)
        return BAD_INPUT if isinstance(error, BadInputError) or error.code in BAD_INPUT_CODES else FAILS
    except FileNotFoundError as error:
        print(
            f"vicinage: There should be a file at {error.filename}. Check the path. [no-such-file]",
            file=sys.stderr,
        )
        return BAD_INPUT
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILS
    except OSError as error:
        print(f"vicinage: {_refused(error)}", file=sys.stderr)
        return BAD_INPUT if isinstance(error, WRONG_PLACE) else FAILS
    except KeyboardInterrupt:
        return FAILS


def _refused(error: OSError) -> BadInputError:
    """What the system did not let us do, in our words."""
    what = error.filename or "the address or file"
    return BadInputError(
        "system-refused",
        f"The system should let this command use {what}, and does not: {error.strerror or error}.",
        "Check the path, its permissions, and the room that is left.",
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="vicinage",
        description="Home cameras that keep their owner's keys, and police requests that anyone can check.",
    )
    commands = parser.add_subparsers(required=True)

    def add(name: str, command: Command, help: str, within: object = commands) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = within.add_parser(name, help=help, description=help)  # type: ignore[attr-defined]
        made.set_defaults(command=command)
        return made

    for group in (platform, hub, checks, log, care, regime, agencies):
        group.add(add)
    return parser
