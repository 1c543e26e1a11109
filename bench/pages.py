"""Requests per second of the feed and of a request's page, against a page that returns a constant.

    python -m bench.pages

Fills a database with 200 published requests, serves it by granian as `vicinage run` does, and asks
from another process over eight kept connections. The three pages take turns; medians of five.
"""

import asyncio
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

REQUESTS, CONNECTIONS, SECONDS, ROUNDS = 200, 8, 3.0, 5


def fill(requests: int) -> str:
    """Publish so many requests in the state folder of the environment. Returns the id of one."""
    from bench.desk import Desk
    from vicinage.server.ledger import publish

    desk, soon = Desk(), publish.publish_soon
    publish.publish_soon = lambda: None  # one batch at the end: this is not what is measured
    rfas = [desk.submit(number) for number in range(requests)]
    for rfa in rfas:
        desk.approve(rfa)
    publish.publish_soon = soon
    publish.publish_pending()
    return rfas[-1]


async def ask(port: int, path: str, until: float) -> int:
    """Ask for one page over one connection until then; how many answers came."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    question = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode()
    answers = 0
    while time.monotonic() < until:
        writer.write(question)
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head[:60]
        sizes = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        await reader.readexactly(int(sizes[0].split(b":")[1]))
        answers += 1
    writer.close()
    return answers


async def rate(port: int, path: str) -> float:
    """Answers per second over all connections."""
    until = time.monotonic() + SECONDS
    return sum(await asyncio.gather(*(ask(port, path, until) for _ in range(CONNECTIONS)))) / SECONDS


def free_port() -> int:
    """A port of loopback that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int) -> None:
    """Until the server answers."""
    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit("the server did not start")


def main() -> None:
    """Measure and print."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["VICINAGE_HOME"] = folder
        os.environ["VICINAGE_PORT"] = str(port)
        rfa = fill(REQUESTS)
        argv = [sys.executable, "-m", "granian", "--interface", "asgi", "--port", str(port), "--workers", "1"]
        root = Path(__file__).parent.parent
        with subprocess.Popen([*argv, "--no-ws", "bench.constant:application"], cwd=root) as server:
            try:
                wait_for(port)
                measure(port, {"constant": "/constant/", "feed": "/", "rfa page": f"/rfas/{rfa}/"})
            finally:
                server.terminate()


def measure(port: int, pages: dict[str, str]) -> None:
    """Each page in turn, several rounds; prints medians and ratios."""
    found: dict[str, list[float]] = {name: [] for name in pages}
    for path in pages.values():
        asyncio.run(ask(port, path, time.monotonic() + 1.0))  # warm
    for _ in range(ROUNDS):
        for name, path in pages.items():
            found[name].append(asyncio.run(rate(port, path)))
    peer = statistics.median(found["constant"])
    for name, rates in found.items():
        middle = statistics.median(rates)
        print(f"{name:10} {middle:8.0f} requests/s   {middle / peer:5.2f} of the constant page", flush=True)


if __name__ == "__main__":
    main()
