"""From the command to the first page: `vicinage run` on a state folder that is there, against its bare peer.

    python bench/start.py [--rounds 5]

The peer is granian with an application that answers a constant: what a start costs before anything of
ours. Both are timed from outside, from the start of the process to the first page that answers 200;
rounds alternate, and medians are printed. The demo town is part of ours: camera, hub and their like
start once the first page is there.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from vicinage.run.platform import HOST, answers, free_port

LOOK_S = 0.02
LONGEST_S = 120.0
CONSTANT = """
async def application(scope, receive, send):
    assert scope["type"] == "http"
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})
"""


def first_page_s(command: list[str], port: int, env: dict[str, str], log: Path) -> float:
    """Seconds from the process's start to its first page; it is ended then."""
    began = time.perf_counter()
    with log.open("w") as out:
        process = subprocess.Popen(command, env={**os.environ, **env}, stdout=out, stderr=out)
    try:
        while not answers(f"http://{HOST}:{port}/"):
            if process.poll() is not None or time.perf_counter() - began > LONGEST_S:
                raise SystemExit(f"{command[2]} did not answer: {log.read_text()[-1000:]}")
            time.sleep(LOOK_S)
        return time.perf_counter() - began
    finally:
        process.terminate()
        process.wait()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as made:
        folder, port = Path(made), free_port()
        (folder / "constant.py").write_text(CONSTANT)
        run = [
            sys.executable,
            "-m",
            "vicinage.cli",
            "run",
            "--home",
            str(folder / "state"),
            "--port",
            str(port),
        ]
        bare = [sys.executable, "-m", "granian", "--interface", "asgi", "--host", HOST, "--port", str(port)]
        bare.append("constant:application")
        first = first_page_s(run, port, {}, folder / "log")
        times: dict[str, list[float]] = {"ours": [], "peer": []}
        for _ in range(rounds):
            times["ours"].append(first_page_s(run, port, {}, folder / "log"))
            times["peer"].append(first_page_s(bare, port, {"PYTHONPATH": str(folder)}, folder / "log"))
        ours, peer = statistics.median(times["ours"]), statistics.median(times["peer"])
    print(f"first start, to the first page       {first:6.2f} s")
    print(f"second start, to the first page      {ours:6.2f} s   (limit 5 s)")
    print(f"granian alone, a constant answer     {peer:6.2f} s   ratio {ours / peer:.1f}")


if __name__ == "__main__":
    main()
