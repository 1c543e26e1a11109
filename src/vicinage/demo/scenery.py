"""The demo's processes beside the platform, and what `vicinage run` prints about them."""

import sys
from collections.abc import Iterator
from pathlib import Path

from vicinage.demo import seeding
from vicinage.demo.people import FOLDER, LogIns
from vicinage.demo.streets import write_town
from vicinage.demo.town import PEOPLE, TOWN
from vicinage.run import Scenery
from vicinage.run.child import Child
from vicinage.run.platform import HOST, kept_port

BUILDING = f"Building the demo town of {TOWN}; this takes about half a minute, once."


def of_town(home: Path, port: int) -> Scenery:
    """The demo town's children and greetings."""
    return Scenery(children(home, port), greetings(home, f"http://{HOST}:{port}"))


def children(home: Path, port: int) -> list[Child]:
    """The demo camera, the process that makes the town, and the hub once it is paired."""
    origin, camera_port = f"http://{HOST}:{port}", kept_port(home / FOLDER / "camera-port")
    camera_url = f"http://{HOST}:{camera_port}/camera.ts"
    write_town(home / "public" / "town.geojson")
    marker = home / FOLDER / seeding.PAIRED
    marker.unlink(missing_ok=True)

    def child(name: str, *argv: str) -> Child:
        return Child(name, [sys.executable, "-m", *argv], home / "logs" / f"{name}.log")

    camera = child("camera", "vicinage.demo.camera", "--port", str(camera_port))
    town = child("town", "vicinage.demo.seeding", origin, str(home), camera_url)
    town.once = True
    hub = child("hub", "vicinage.cli", "hub", "run", "--home", str(home / "hub"))
    hub.ready = marker.exists
    return [camera, town, hub]


def greetings(home: Path, origin: str) -> Iterator[str]:
    """What to print, and when: empty while there is nothing to say."""
    if seeding.PEOPLE_IN not in seeding.Notes(home).done:
        yield BUILDING
    while seeding.PEOPLE_IN not in seeding.Notes(home).done:
        yield ""
    yield greeting(home, origin)


def greeting(home: Path, origin: str) -> str:
    """The addresses and the log-ins of the demo town."""
    known = LogIns(home / FOLDER).known
    lines = [
        "",
        f"  The feed of {TOWN}     {origin}/",
        f"  Log in                {origin}/accounts/login/",
        f"  Agencies              {origin}/agencies/",
        f"  The log               {origin}/log/checkpoint",
        "",
        "  Log-ins of the demo town (password, then the secret of the second factor):",
    ]
    for person in PEOPLE:
        if person.name in known:
            log_in = known[person.name]
            lines += [
                f"  {person.name:8} {person.role}",
                f"           {log_in.email}   {log_in.password}   {log_in.secret}",
            ]
    lines += [
        "",
        f"  The code of now: .venv/bin/vicinage demo-code alice --home {home}",
        f"  Alice's recovery code, which opens her clips in a browser: {_recovery_code(home)}",
        f"  Carol's agency key, which opens what is handed over: {home / FOLDER / 'police-identity.txt'}",
        "",
    ]
    return "\n".join(lines)


def _recovery_code(home: Path) -> str:
    path = home / FOLDER / "alice-recovery-code.txt"
    return path.read_text().strip() if path.exists() else "(not made yet)"
