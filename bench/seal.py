"""Seals and opens 50 MiB against the stock age tool in the same run: MiB/s, ratio, peak memory.

    python bench/seal.py [--mb 50] [--rounds 7]

Each side is a process of its own that reads a file and writes a file in the same folder; rounds
alternate, so that both meet the same machine, and medians are printed. Ours times itself after its
imports, as in the product it runs already (start-up is printed too); age is timed from outside.
Ours also computes SHA-256 of plaintext and payload, as a hub must (when opening, of the plaintext
only); stock age computes none. So a ratio below 1 is partly the price of the hashes.
"""

import argparse
import hashlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from vicinage.seal.keys import Identity

OURS = """
import sys, time
from pathlib import Path
from vicinage.seal import box, header, unseal
from vicinage.seal.keys import Identity
what, key, src, dst = sys.argv[1:]
begun = time.perf_counter()
with Path(src).open("rb") as source, Path(dst).open("wb") as out:
    if what == "seal":
        file_key = box.new_file_key()
        out.write(header.make(file_key, [key]))
        box.seal_stream(source, out, file_key)
    else:
        unseal.open_stream(source, out, Identity.parse(Path(key).read_text()))
print(time.perf_counter() - begun)
"""


@dataclass(frozen=True)
class Round:
    """One process: seconds of its work, seconds in all, peak memory in MiB."""

    work_s: float
    total_s: float
    peak_mib: float


def run(command: list[str]) -> Round:
    """Run it to its end. Fails when it fails. A process that prints a number means its own seconds.

    The peak is polled from the kernel's high-water mark: ru_maxrss would count this script too.
    """
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    peak = 0.0
    while process.poll() is None:
        peak = max(peak, high_water_mib(process.pid, Path(command[0]).name))
        time.sleep(0.002)
    total = time.perf_counter() - begun
    assert process.returncode == 0, command
    told = process.communicate()[0]
    return Round(float(told) if told else total, total, peak)


def high_water_mib(pid: int, program: str) -> float:
    """The process's peak so far; 0 while it is not this program yet, or no more."""
    try:
        if not Path(os.readlink(f"/proc/{pid}/exe")).name.startswith(program):
            return 0.0
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return max((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), default=0.0)


def measure(size_mb: int, rounds: int, folder: Path) -> None:
    """Print one line for sealing and one for opening."""
    identity = Identity.generate()
    key, plain, opened = folder / "key.txt", folder / "plain", folder / "opened"
    key.write_text(identity.text + "\n")
    with plain.open("wb") as file:
        for _ in range(size_mb):
            file.write(os.urandom(1 << 20))
    ours, stock = folder / "ours.age", folder / "stock.age"
    python = [sys.executable, "-c", OURS]
    commands = {
        ("seal", "ours"): [*python, "seal", identity.recipient, str(plain), str(ours)],
        ("seal", "age"): ["age", "-r", identity.recipient, "-o", str(stock), str(plain)],
        ("open", "ours"): [*python, "open", str(key), str(stock), str(opened)],
        ("open", "age"): ["age", "-d", "-i", str(key), "-o", str(opened), str(ours)],
    }
    expected = digest(plain)
    for what in ("seal", "open"):
        results: dict[str, list[Round]] = {"ours": [], "age": []}
        for _ in range(rounds):
            for who, each in results.items():
                opened.unlink(missing_ok=True)
                each.append(run(commands[what, who]))
                assert what == "seal" or digest(opened) == expected
        report(what, size_mb, results)


def report(what: str, size_mb: int, results: dict[str, list[Round]]) -> None:
    """One line."""
    speed = {who: size_mb / statistics.median(r.work_s for r in each) for who, each in results.items()}
    peak = {who: max(r.peak_mib for r in each) for who, each in results.items()}
    start = statistics.median(r.total_s - r.work_s for r in results["ours"])
    print(
        f"{what} {size_mb} MiB: ours {speed['ours']:.0f} MiB/s (start-up {start:.2f} s apart), "
        f"age {speed['age']:.0f} MiB/s, ratio {speed['ours'] / speed['age']:.2f}; "
        f"peak memory ours {peak['ours']:.0f} MiB, age {peak['age']:.0f} MiB"
    )


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def main() -> None:
    """Measure in a folder of its own, which is removed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--mb", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=7)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measure(given.mb, given.rounds, Path(folder))


if __name__ == "__main__":
    main()
