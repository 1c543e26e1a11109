"""Commands that start and staff a platform: run, demo, record, operator, demo-code."""

import argparse
import json
import os
from functools import partial
from pathlib import Path

from vicinage.cli import inputs


def _run(arguments: argparse.Namespace) -> int:
    from vicinage import run

    typed = os.environ.get("VICINAGE_PORT") or "8000" if arguments.port is None else arguments.port
    home, port = inputs.home(arguments), inputs.port(typed)

    def demo_town() -> run.Scenery:
        from vicinage.demo import scenery

        return scenery.of_town(home, port)

    return run.supervise(run.Plan(home, port, run.Scenery if arguments.bare else demo_town))


def _demo(arguments: argparse.Namespace) -> int:
    from vicinage.demo import story

    inputs.file(arguments.video)
    say = None if arguments.json else partial(print, flush=True)
    summary = story.tell(arguments.video, arguments.out, say)
    if arguments.json:
        print(json.dumps(summary))
    return inputs.HOLDS


def _record(arguments: argparse.Namespace) -> int:
    from vicinage.hub import main as hub

    motion = hub.record(inputs.file(arguments.video))
    if arguments.json:
        print(json.dumps(motion))
        return inputs.HOLDS
    for start, end in motion:
        print(f"{start:9.3f} s  to  {end:9.3f} s")
    if not motion:
        print("No motion was found.")
    return inputs.HOLDS


def _operator_create(arguments: argparse.Namespace) -> int:
    from vicinage.run import staff

    password = os.environ.get("VICINAGE_NEW_PASSWORD") or _ask_password()
    secret = staff.create(inputs.home(arguments), arguments.email, password, arguments.role)
    if arguments.json:
        print(json.dumps({"email": arguments.email, "role": arguments.role, "secret": secret}))
        return inputs.HOLDS
    print(
        f"{arguments.email} is now {arguments.role}. The secret of the second factor, for an authenticator:"
    )
    print(secret)
    return inputs.HOLDS


def _ask_password() -> str:
    from getpass import getpass

    try:
        first, again = getpass("Password (12 characters or more): "), getpass("The same again: ")
    except EOFError as error:
        raise inputs.BadInputError(
            "password-not-given", "A password should be typed, and none was.", "Or set VICINAGE_NEW_PASSWORD."
        ) from error
    if first != again:
        raise inputs.BadInputError("passwords-differ", "The two passwords should be the same.", "Try again.")
    return first


def _demo_code(arguments: argparse.Namespace) -> int:
    from vicinage.demo import people

    print(people.current_code(inputs.home(arguments), arguments.name))
    return inputs.HOLDS


def add(add: inputs.Add) -> None:
    """Add the commands."""
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
    code = add("demo-code", _demo_code, "The current code of the second factor of someone in the demo town.")
    code.add_argument("name", metavar="NAME")
    code.add_argument("--home", type=Path, help="the state folder (VICINAGE_HOME, .state)")
