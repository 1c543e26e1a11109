"""The console command `vicinage`. Each command imports what it needs when it is called.

Exit codes: 0 done, or the check holds; 1 the check fails, or something was refused; 2 the command
line or an input is not what it should be. An error is one sentence, a hint, and a [code].
"""

import argparse
import json
import os
import secrets
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from vicinage.errors import VicinageError

HOLDS, FAILS, BAD_INPUT = 0, 1, 2

BAD_INPUT_CODES = frozenset(
    {
        *("camera-not-a-video", "camera-no-picture", "camera-codec", "demo-out-not-empty", "seal-key-broken"),
        *("pairing-not-a-code", "pairing-damaged", "pairing-cell", "pairing-recipient", "pairing-source"),
    }
)

WRONG_PLACE = (PermissionError, IsADirectoryError, NotADirectoryError, FileExistsError)
SMALL_FILE = 1024 * 1024  # an identity or a policy; whatever is larger is neither

Command = Callable[[argparse.Namespace], int]


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


class BadInputError(VicinageError):
    """What the command line names is not there, or is not of the right kind."""


def _refused(error: OSError) -> BadInputError:
    """What the system did not let us do, in our words."""
    what = error.filename or "the address or file"
    return BadInputError(
        "system-refused",
        f"The system should let this command use {what}, and does not: {error.strerror or error}.",
        "Check the path, its permissions, and the room that is left.",
    )


def _home(arguments: argparse.Namespace) -> Path:
    given: Path | None = arguments.home
    return Path(os.path.realpath(given or os.environ.get("VICINAGE_HOME") or ".state"))


def _port(given: str | int, least: int = 1) -> int:
    """A port by its number, as typed. Raises BadInputError."""
    text = str(given).strip()
    if text.isascii() and text.isdigit() and len(text) <= 5 and least <= int(text) <= 65535:
        return int(text)
    raise BadInputError(
        "port-not-one",
        f"A port should be a whole number from {least} to 65535; {text[:20]!r} is none.",
        "Give another by --port or VICINAGE_PORT.",
    )


def _run(arguments: argparse.Namespace) -> int:
    from vicinage import run

    typed = os.environ.get("VICINAGE_PORT") or "8000" if arguments.port is None else arguments.port
    home, port = _home(arguments), _port(typed)

    def demo_town() -> run.Scenery:
        from vicinage.demo import scenery

        return scenery.of_town(home, port)

    return run.supervise(run.Plan(home, port, run.Scenery if arguments.bare else demo_town))


def _demo(arguments: argparse.Namespace) -> int:
    from vicinage.demo import story

    _file(arguments.video)
    say = None if arguments.json else partial(print, flush=True)
    summary = story.tell(arguments.video, arguments.out, say)
    if arguments.json:
        print(json.dumps(summary))
    return HOLDS


def _record(arguments: argparse.Namespace) -> int:
    from vicinage.hub import main as hub

    motion = hub.record(_file(arguments.video))
    if arguments.json:
        print(json.dumps(motion))
        return HOLDS
    for start, end in motion:
        print(f"{start:9.3f} s  to  {end:9.3f} s")
    if not motion:
        print("No motion was found.")
    return HOLDS


def _hub_pair(arguments: argparse.Namespace) -> int:
    from vicinage.hub import config

    code = sys.stdin.readline() if arguments.code == "-" else arguments.code
    config.pair(code, arguments.source, _hub_home(arguments))
    print("Paired. Start the hub with `vicinage hub run`.")
    return HOLDS


def _hub_run(arguments: argparse.Namespace) -> int:
    from vicinage.hub import main as hub

    hub.run(_hub_home(arguments))
    return HOLDS


def _hub_home(arguments: argparse.Namespace) -> Path:
    given: Path | None = arguments.home
    return given or Path(os.environ.get("VICINAGE_HUB_HOME") or Path.home() / ".vicinage-hub")


def _witness(arguments: argparse.Namespace) -> int:
    from vicinage import witness

    witness.serve(arguments.home, _port(arguments.port, least=0), arguments.name)
    return HOLDS


def _verify(arguments: argparse.Namespace) -> int:
    from vicinage.evidence import verify

    report = verify.verify(_path(arguments.package), _trusted(arguments))
    return _report(report.ok, report.lines, arguments.json)


def _audit(arguments: argparse.Namespace) -> int:
    from vicinage.evidence import audit

    source = arguments.source
    if not source.startswith(("http://", "https://")):
        _path(Path(source))
    report = audit.audit(source, _trusted(arguments))
    return _report(report.ok, report.lines, arguments.json)


def _trusted(arguments: argparse.Namespace) -> bytes | None:
    given: Path | None = arguments.policy
    return None if given is None else _small(given)


def _report(ok: bool, lines: Sequence[str], as_json: bool) -> int:
    if as_json:
        print(json.dumps({"ok": ok, "lines": list(lines)}))
    else:
        for line in lines:
            print(line)
    return HOLDS if ok else FAILS


def _unseal(arguments: argparse.Namespace) -> int:
    from vicinage.seal import unseal
    from vicinage.seal.keys import Identity

    identity = Identity.parse(_small(arguments.identity).decode("utf-8", "replace"))
    out: Path = arguments.out
    if out.is_dir() or not out.parent.is_dir():
        raise BadInputError(
            "out-not-a-file", f"There should be a folder with room for a file at {out}.", "Check the path."
        )
    with _file(arguments.sealed).open("rb") as source:
        scratch = out.with_name(f".{out.name}.{secrets.token_hex(4)}.opening")
        try:
            with scratch.open("xb") as opened:
                unseal.open_stream(source, opened, identity)
            scratch.replace(out)
        finally:
            scratch.unlink(missing_ok=True)
    return HOLDS


def _operator_create(arguments: argparse.Namespace) -> int:
    from vicinage.run import staff

    password = os.environ.get("VICINAGE_NEW_PASSWORD") or _ask_password()
    secret = staff.create(_home(arguments), arguments.email, password, arguments.role)
    if arguments.json:
        print(json.dumps({"email": arguments.email, "role": arguments.role, "secret": secret}))
        return HOLDS
    print(
        f"{arguments.email} is now {arguments.role}. The secret of the second factor, for an authenticator:"
    )
    print(secret)
    return HOLDS


def _ask_password() -> str:
    from getpass import getpass

    try:
        first, again = getpass("Password (12 characters or more): "), getpass("The same again: ")
    except EOFError as error:
        raise BadInputError(
            "password-not-given", "A password should be typed, and none was.", "Or set VICINAGE_NEW_PASSWORD."
        ) from error
    if first != again:
        raise BadInputError("passwords-differ", "The two passwords should be the same.", "Try again.")
    return first


def _demo_code(arguments: argparse.Namespace) -> int:
    from vicinage.demo import people

    print(people.current_code(_home(arguments), arguments.name))
    return HOLDS


def _small(path: Path) -> bytes:
    """The content of a file that cannot be large."""
    with _file(path).open("rb") as file:
        data = file.read(SMALL_FILE + 1)
    if len(data) > SMALL_FILE:
        raise BadInputError(
            "file-too-large", f"{path} should have at most {SMALL_FILE} bytes.", "Check the path."
        )
    return data


def _path(path: Path) -> Path:
    if not (path.is_file() or path.is_dir()):
        raise BadInputError("no-such-file", f"There should be something at {path}.", "Check the path.")
    return path


def _file(path: Path) -> Path:
    if not path.is_file():
        raise BadInputError("no-such-file", f"There should be a file at {path}.", "Check the path.")
    return path


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

    _add_platform(add)
    _add_checks(add)
    hub = add("hub", _hub_run, "The home hub: records, seals and uploads.")
    hub_commands = hub.add_subparsers(metavar="COMMAND", required=True)
    pair = add("pair", _hub_pair, "Pair this hub with a camera, by the code from its page.", hub_commands)
    pair.add_argument("code", metavar="CODE", help="the pairing code, or - to read it from standard input")
    pair.add_argument("--source", required=True, help="rtsp://..., http://..., or a file")
    hub_run = add("run", _hub_run, "Watch the paired cameras until stopped.", hub_commands)
    for command in (pair, hub_run):
        command.add_argument(
            "--home", type=Path, help="the hub's folder (VICINAGE_HUB_HOME, ~/.vicinage-hub)"
        )
    operator = add("operator", _operator_create, "People who run this server.")
    create = add(
        "create",
        _operator_create,
        "Make an operator or a moderator; the password is asked for.",
        operator.add_subparsers(metavar="COMMAND", required=True),
    )
    create.add_argument("email")
    create.add_argument("--role", choices=("operator", "moderator"), default="operator")
    create.add_argument("--json", action="store_true")
    create.add_argument("--home", type=Path, help="the state folder (VICINAGE_HOME, .state)")
    return parser


def _add_platform(add: Callable[..., argparse.ArgumentParser]) -> None:
    run = add("run", _run, "Start the platform, with its demo town unless --bare.")
    run.add_argument("--home", type=Path, help="the state folder (VICINAGE_HOME, .state)")
    run.add_argument("--port", type=int, help="the port on 127.0.0.1 (VICINAGE_PORT, 8000)")
    run.add_argument("--bare", action="store_true", help="no demo town, no demo camera")
    demo = add(
        "demo", _demo, "The main job from camera to verified evidence, on a video file, without a browser."
    )
    demo.add_argument("--video", type=Path, required=True)
    demo.add_argument("--out", type=Path, required=True, help="a folder, new or empty")
    demo.add_argument("--json", action="store_true", help="print the summary alone")
    record = add("record", _record, "Say where a video has motion.")
    record.add_argument("--video", type=Path, required=True)
    record.add_argument("--json", action="store_true")
    witness = add("witness", _witness, "A witness: cosigns the logs that it sees grow and never fork.")
    witness.add_argument("--home", type=Path, required=True)
    witness.add_argument("--port", type=int, required=True)
    witness.add_argument("--name", default="witness.localhost")
    code = add("demo-code", _demo_code, "The current code of the second factor of someone in the demo town.")
    code.add_argument("name", metavar="NAME")
    code.add_argument("--home", type=Path, help="the state folder (VICINAGE_HOME, .state)")


def _add_checks(add: Callable[..., argparse.ArgumentParser]) -> None:
    verify = add("verify", _verify, "Check an evidence package, offline.")
    verify.add_argument("package", type=Path, help="the package: a folder or a zip file")
    audit = add("audit", _audit, "Replay a whole log and judge each request again, offline.")
    audit.add_argument("source", metavar="DIR-OR-URL")
    for command in (verify, audit):
        command.add_argument("--json", action="store_true")
        command.add_argument("--policy", type=Path, help="a tlog-policy that you trust, from elsewhere")
    unseal = add("unseal", _unseal, "Open an age file with an identity file.")
    unseal.add_argument("sealed", type=Path, metavar="FILE")
    unseal.add_argument("--identity", "-i", type=Path, required=True)
    unseal.add_argument("--out", "-o", type=Path, required=True)


if __name__ == "__main__":
    sys.exit(main())
