"""Publishing a request with a thousand and with a million residents: it should cost the same.

    python -m bench.publish [--small 1000 --large 1000000]

Two state folders, one with each number of residents, all with a camera in the cells of the requests. The same
requests are submitted, approved, made public in the log and as static files, in turn in both. Each is timed
from the moderator's approval to the last file; a first one in each is not counted. Medians, and the ratio.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROUNDS = 15
LIMIT = 1.25
BATCH = 5000
NONE = "!"  # as Django writes a password that nothing matches


def populate(residents: int, cells: list[str]) -> None:
    """So many residents in the database of the environment, each with a household and a camera."""
    from vicinage.server import clock
    from vicinage.server.accounts.models import User
    from vicinage.server.library.models import Camera, Household

    now = clock.now()
    for first in range(0, residents, BATCH):
        numbers = range(first, min(first + BATCH, residents))
        users = User.objects.bulk_create(
            User(email=f"r{n}@homes.example", password=NONE, joined_at=now) for n in numbers
        )
        households = Household.objects.bulk_create(
            Household(user=user, recipient="age1", signing_key=b"k" * 32, recovery=b"r", made_at=now)
            for user in users
        )
        Camera.objects.bulk_create(
            Camera(
                id=f"c{home.pk:015d}",
                household=home,
                cell=cells[home.pk % len(cells)],
                label=b"l",
                added_at=now,
            )
            for home in households
        )


def serve(residents: int) -> None:
    """Be one of the two sides: fill, then publish a request for each line that comes in."""
    from bench import desk as desks

    desk = desks.Desk()
    populate(residents, desks.cells())
    print("ready", flush=True)
    for number, _ in enumerate(sys.stdin):
        print(desk.publish(number), flush=True)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", type=int, default=1_000)
    parser.add_argument("--large", type=int, default=1_000_000)
    parser.add_argument("--serve", type=int)
    given = parser.parse_args()
    if given.serve is not None:
        serve(given.serve)
        return
    with tempfile.TemporaryDirectory() as folder:
        sides = {count: start(Path(folder) / str(count), count) for count in (given.small, given.large)}
        times = measure(sides)
    small, large = (statistics.median(times[count]) for count in (given.small, given.large))
    print(f"{given.small:>9,} residents: {small * 1000:7.1f} ms to publish a request")
    print(f"{given.large:>9,} residents: {large * 1000:7.1f} ms, ratio {large / small:.2f} (limit {LIMIT})")


def start(home: Path, residents: int) -> "subprocess.Popen[str]":
    """One side, ready to publish."""
    argv = [sys.executable, "-m", "bench.publish", "--serve", str(residents)]
    side = subprocess.Popen(
        argv,
        env={**os.environ, "VICINAGE_HOME": str(home)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert side.stdout is not None
    assert side.stdout.readline() == "ready\n"
    return side


def measure(sides: "dict[int, subprocess.Popen[str]]") -> dict[int, list[float]]:
    """Seconds of each publishing, the sides in turn; the first of each is left out."""
    times: dict[int, list[float]] = {count: [] for count in sides}
    for _ in range(ROUNDS + 1):
        for count, side in sides.items():
            assert side.stdin is not None
            assert side.stdout is not None
            side.stdin.write("publish\n")
            side.stdin.flush()
            times[count].append(float(side.stdout.readline()))
    for side in sides.values():
        side.communicate()
    return {count: found[1:] for count, found in times.items()}


if __name__ == "__main__":
    main()
