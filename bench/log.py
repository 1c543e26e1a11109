"""Measures the log: appends in memory and durable, audits of whole logs, proofs, each against its peer.

    python bench/log.py [--entries 70000] [--large 1000000] [--rounds 5] [--folder DIR]

Rounds alternate between us and the peer, so that both meet the same machine; medians are printed, and a
ratio above 1 means that we are faster than the peer. The peers:
  appends in memory    a bare hashlib loop that computes the same hashes and keeps no tree; and Go's
                       x/mod/sumdb/tlog, where Debian's golang-go and golang-golang-x-mod-dev are installed
  durable appends      one file to which each batch is appended and flushed once: the least a disk can do
  audit                a bare pass that hashes the same leaves and nodes: no file read, no signature, no law;
                       and the Go program's replay: files, signatures, each entry as JSON, tiles, root; no law
  audit of the large   none: its time, and the memory of its process at the most
  proof                none: its size at 10^6 entries with three witnesses, as text and as gzip on the wire
"""

import argparse
import gzip
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))  # the story and the keys come from the tests

from tests.core.cases import SOUND, an_id
from tests.evidence.told_log import Story
from tests.tlog.small_log import SmallLog, numbered
from vicinage.evidence.audit import audit
from vicinage.tlog import proof
from vicinage.tlog.merkle import Frontier, leaf_hash

BATCH = 256
GOPATH = Path("/usr/share/gocode")
PEER = Path(__file__).parent.parent / "tests/tlog/peer/main.go"


def seconds(work: Callable[[], object]) -> float:
    """How long the work takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def compare(rounds: int, ours: Callable[[], float], peer: Callable[[], float]) -> tuple[float, float]:
    """Medians of alternating rounds, in seconds."""
    pairs = [(ours(), peer()) for _ in range(rounds)]
    return statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs)


def show(name: str, count: int, times: tuple[float, float], peer: str) -> None:
    """One line: our rate, the peer's, the ratio."""
    ours, theirs = times
    rates = f"{count / ours:>12,.0f} a second   {peer} {count / theirs:>12,.0f} a second"
    print(f"{name:<34}{rates}   ratio {theirs / ours:.2f}")


def bare(entries: list[bytes]) -> None:
    """As many leaf and node hashes as the tree of these entries has, of the same lengths."""
    for entry in entries:
        sha256(b"\x00" + entry).digest()
    left = right = bytes(32)
    for _ in range(len(entries) - 1):
        right = sha256(b"\x01" + left + right).digest()


def grown(entries: list[bytes]) -> Frontier:
    """The tree in memory."""
    frontier = Frontier()
    frontier.extend([leaf_hash(entry) for entry in entries])
    return frontier


def go_peer(folder: Path) -> Path | None:
    """The Go program, built, or None where Go is not there."""
    if shutil.which("go") is None or not (GOPATH / "src/golang.org/x/mod/sumdb/tlog").is_dir():
        return None
    built = folder / "peer"
    env = {**os.environ, "GO111MODULE": "off", "GOPATH": str(GOPATH), "GOCACHE": str(folder / "cache")}
    subprocess.run(["go", "build", "-o", built, PEER], env=env, check=True)
    return built


def go(peer: Path, *command: str | Path) -> float:
    """The seconds that the Go program says it took."""
    told = subprocess.run([peer, *command], capture_output=True, text=True, check=True)
    return float(told.stdout.split()[0])


def in_memory(count: int, rounds: int, folder: Path) -> None:
    """Appends in memory."""
    entries = numbered(count)
    times = compare(rounds, lambda: seconds(lambda: grown(entries)), lambda: seconds(lambda: bare(entries)))
    show("append in memory", count, times, "bare hashlib")
    peer = go_peer(folder)
    if peer is None:
        print("append in memory: Go is not installed, so it is not compared")
        return

    times = compare(rounds, lambda: seconds(lambda: grown(entries)), lambda: go(peer, "append", str(count)))
    show("append in memory", count, times, "Go x/mod    ")


def durable(rounds: int, folder: Path, batches: int = 24) -> None:
    """Appends of 256 entries, each batch with tiles and a signed checkpoint, durable before the next."""
    entries = [b"x" * 104] * BATCH  # as long as a private leaf

    def ours() -> float:
        log = SmallLog(Path(tempfile.mkdtemp(dir=folder)))

        def work() -> None:
            for n in range(batches):
                frontier = log.folder.write(n * BATCH, entries)
                log.folder.put_checkpoint(log.sign((n + 1) * BATCH, frontier.root(), [log.log]).encode())

        return seconds(work)

    def raw() -> float:
        def work() -> None:
            with tempfile.TemporaryFile(dir=folder) as file:
                for _ in range(batches):
                    file.write(b"".join(entries))
                    file.flush()
                    os.fsync(file.fileno())

        return seconds(work)

    show("durable append, batches of 256", batches * BATCH, compare(rounds, ours, raw), "raw fsync   ")


def whole(count: int, requests: int, rounds: int, folder: Path) -> None:
    """The audit of a log with so many requests, the rest private entries."""
    story = Story()
    story.found()
    for n in range(requests):
        story.forge_rfa(replace(SOUND, id=an_id(chr(97 + n % 26))[:12] + number(n), reference=f"26-{n:05d}"))
    story.keep_private((count - len(story.entries)) // 4 * 4)  # whole batches
    path = Path(tempfile.mkdtemp(dir=folder))
    log = SmallLog(path)
    frontier = log.folder.write(0, story.entries)
    (path / "texts").mkdir()
    for name, data in story.texts.items():
        (path / name).write_bytes(data)
    log.entries = story.entries[:]
    log.grow([])
    if frontier.root() != grown(story.entries).root():
        raise SystemExit("the log that was written has another root")

    def ours() -> float:
        begun = time.perf_counter()
        report = audit(path)
        took = time.perf_counter() - begun
        if not report.ok:
            raise SystemExit("\n".join(report.lines))
        return took

    times = compare(rounds, ours, lambda: seconds(lambda: bare(story.entries)))
    show(f"audit, {requests:,} requests in {count:,}", count, times, "bare hashing")
    print(f"{'':<34}{times[0]:.2f} s in all")
    peer = go_peer(folder)
    if peer is not None:
        times = compare(rounds, ours, lambda: go(peer, "replay", path))
        show(f"audit, {requests:,} requests in {count:,}", count, times, "Go replay   ")
        print(f"{'':<34}{times[0] / times[1]:.1f} times as long as Go")


AUDIT_ALONE = """
import resource, sys, time
from vicinage.evidence.audit import audit
begun = time.perf_counter()
report = audit(sys.argv[1])
assert report.ok, report.lines
print(time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def large(count: int, folder: Path) -> None:
    """The audit of a log of private entries in a process of its own: seconds, and memory at the most."""
    story = Story()
    story.found()
    log = SmallLog(Path(tempfile.mkdtemp(dir=folder)))
    log.grow(story.entries, story.texts)
    done = len(story.entries)
    # Batches of private entries are powers of two.
    while count - done >= 4:
        story.entries.clear()
        batch = 1 << min(16, (count - done).bit_length() - 1)
        pattern = b'{"c":"%s","type":"private","v":1}'
        fresh = [pattern % sha256(b"%d" % n).hexdigest().encode() for n in range(done, done + batch)]
        frontier = log.folder.write(done, fresh)
        done += batch
        log.folder.put_checkpoint(log.sign(done, frontier.root()).encode())
    told = subprocess.run(
        [sys.executable, "-c", AUDIT_ALONE, log.folder.path], capture_output=True, text=True, check=True
    )
    took, kilobytes = told.stdout.split()
    print(f"{f'audit, {done:,} entries':<34}{float(took):>12.1f} s   at most {int(kilobytes) // 1024} MB")


def proof_size() -> None:
    """A proof as the server gives it, among a million entries with three witnesses."""
    log = SmallLog(Path("unused"), witnesses=3, k=2)
    hashes = tuple(sha256(b"%d" % n).digest() for n in range(20))
    made = proof.Proof(10**6 - 2**19, hashes, log.sign(10**6, hashes[0])).by(log.policy.keys).encode()
    packed = gzip.compress(made, 5, mtime=0)
    print(f"{'proof, 10^6 entries, 3 witnesses':<34}{len(made):>12,} bytes as text, {len(packed):,} as gzip")


def number(n: int) -> str:
    """Four letters of an id for a number."""
    return "".join(chr(97 + n // 26**place % 26) for place in range(4))


def main() -> None:
    """Run all three."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--entries", type=int, default=70_000)
    parser.add_argument("--large", type=int, default=1_000_000, help="entries of the large log")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--folder", type=Path, default=None, help="on the disk to measure; default: temporary"
    )
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=args.folder) as made:
        folder = Path(made).resolve()
        in_memory(args.entries, args.rounds, folder)
        durable(args.rounds, folder)
        whole(args.entries, 0, args.rounds, folder)
        whole(args.entries, args.entries // 100, args.rounds, folder)
        large(args.large, folder)
    proof_size()


if __name__ == "__main__":
    main()
