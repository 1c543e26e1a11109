"""The tracker with 23,611 agencies in a browser: first paint, bytes over the wire, and frames while it moves.

    python -m bench.tracker [--agencies 23611]

Fills a log with invented agencies, serves it by granian as `vicinage run` does, and opens /agencies/ in a
fresh chromium each time. Bytes are what chromium's own network log counts, heads included, of everything
the page loads. The peer is a static file with a line for each agency, from a plain file server. Medians of
five; the two take turns. Then the map is dragged, enlarged, and the time from frame to frame is told.
"""

import argparse
import functools
import html
import http.server
import os
import random
import secrets
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.pages import free_port, wait_for

ROUNDS = 5
LIMIT_S, LIMIT_KB = 1.0, 300.0
BEGUN = datetime(2026, 1, 1, tzinfo=UTC)
STATES = (
    "TX",
    "CA",
    "PA",
    "OH",
    "NY",
    "IL",
    "FL",
    "MI",
    "GA",
    "NJ",
    "MO",
    "VA",
    "NC",
    "WI",
    "MN",
    "IA",
    "KS",
    "WA",
)
WORDS = (
    "Alder",
    "Birch",
    "Cedar",
    "Dove",
    "Elm",
    "Fern",
    "Grove",
    "Heron",
    "Iris",
    "Juniper",
    "Kestrel",
    "Larch",
)
ENDS = ("field", "ford", "ton", "ville", "wood", "port", "dale", "burg", "mouth", "bridge", "stead", "well")
PAINT = """() => new Promise((done) => {
  const told = () => performance.getEntriesByName('first-contentful-paint')[0];
  if (told()) done(told().startTime);
  else new PerformanceObserver(() => told() && done(told().startTime))
    .observe({ type: 'paint', buffered: true });
})"""
FRAMES = """(seconds) => new Promise((done) => {
  const times = []; let before = performance.now(); const until = before + seconds * 1000;
  const step = (now) => {
    times.push(now - before); before = now;
    now < until ? requestAnimationFrame(step) : done(times);
  };
  requestAnimationFrame(step);
})"""


def fill(agencies: int) -> None:
    """Publish so many invented agencies in the state folder of the environment: entries of the log alone."""
    from vicinage.server import manage

    manage.migrate_and_prepare()
    from vicinage.server.ledger import publish
    from vicinage.server.ledger.models import Entry
    from vicinage.server.public.actions import refresh

    events = made(agencies)
    rows = [
        Entry(kind=e.kind, subject=e.subject, leaf=e.leaf, text=None, private=False, recorded_at=BEGUN)
        for e in events
    ]
    Entry.objects.bulk_create(rows, batch_size=2000)
    publish.publish_pending()
    refresh(0)


def made(agencies: int) -> Iterator[Any]:
    """Events that verify invented agencies: in clusters, as towns are."""
    from vicinage.core import agency as law
    from vicinage.core.ids import make_id
    from vicinage.server.regime import queries as rules

    regime, chance = rules.in_force(), random.Random(7)  # noqa: S311 (invented places, the same each time)
    towns = [(chance.uniform(-122, -72), chance.uniform(27, 48)) for _ in range(400)]
    for number in range(agencies):
        lon, lat = chance.choice(towns)
        name = f"{chance.choice(WORDS)}{chance.choice(ENDS)} {number}"
        domain = f"police-{number}.bench.gov"
        facts = law.Agency(
            id=make_id(secrets.token_bytes(10)),
            name=f"{name} Police Department",
            kind="police",
            level="local",
            domain=domain,
            region=name,
            retention_days=90,
            phone="+1 555 010 0100",
            email=f"desk@{domain}",
            state=chance.choice(STATES),
            seat=(round(chance.gauss(lon, 0.6), 3), round(chance.gauss(lat, 0.5), 3)),
            evidence=tuple(sorted(("mail", "acknowledgement", "call-back", "gov-domain"))),
            approvals=2,
        )
        decision = law.verify(regime, facts, BEGUN + timedelta(minutes=number))
        assert decision.event is not None, decision.findings
        yield decision.event


@contextmanager
def static_list(folder: Path) -> Iterator[str]:
    """The peer: one file with a line for each agency, from the standard library's file server."""
    from vicinage.server.public import record

    lines = "".join(
        f"<li>{html.escape(one.name)}, {one.joined_at:%Y-%m-%d}, {one.requests}</li>"
        for one in record.search()
    )
    page = f"<!DOCTYPE html><html lang=en><title>Agencies</title><h1>Agencies</h1><ul>{lines}</ul>"
    (folder / "list.html").write_text(page)
    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/list.html"
        finally:
            server.shutdown()


class Quiet(http.server.SimpleHTTPRequestHandler):
    """A file server that says nothing."""

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


def opened(browser: Any, url: str, ready: str) -> tuple[float, float]:
    """Seconds to the first paint of a fresh visit, and kB over the wire until the page is `ready`."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    network, count = context.new_cdp_session(page), [0.0]
    network.send("Network.enable")
    network.on("Network.loadingFinished", lambda told: count.append(told["encodedDataLength"]))
    page.goto(url)
    page.locator(ready).wait_for(state="attached")
    page.wait_for_load_state("networkidle")
    paint = float(page.evaluate(PAINT)) / 1000
    context.close()
    return paint, sum(count) / 1000


def frames(browser: Any, url: str) -> list[float]:
    """Milliseconds from frame to frame while the map is dragged to and fro, enlarged."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(url)
    page.locator("canvas[data-drawn]:not([data-drawn='0'])").wait_for()
    box = page.locator("canvas").bounding_box()
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(*middle)
    page.locator('[data-part="closer"]').click()
    page.mouse.move(*middle)
    page.mouse.down()
    page.evaluate(f"() => {{ window.told = ({FRAMES})(3); }}")
    for step in range(90):
        page.mouse.move(middle[0] + 80 * ((step % 20) - 10) / 10, middle[1] + 30 * ((step % 10) - 5) / 5)
    page.mouse.up()
    told = page.evaluate("() => window.told")
    page.close()
    return [float(ms) for ms in told]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agencies", type=int, default=23_611)
    count = parser.parse_args().agencies
    port = free_port()
    with tempfile.TemporaryDirectory() as made_folder:
        folder = Path(made_folder)
        os.environ["VICINAGE_HOME"] = str(folder / "state")
        os.environ["VICINAGE_PORT"] = str(port)
        fill(count)
        static = Path(__file__).parent.parent / "src/vicinage/server/static"
        argv = [sys.executable, "-m", "granian", "--interface", "asgi", "--port", str(port), "--workers", "1"]
        argv += ["--no-ws", "--static-path-route", "/static", "--static-path-mount", str(static)]
        with (
            subprocess.Popen([*argv, "vicinage.server.asgi:application"]) as server,
            static_list(folder) as peer,
        ):
            try:
                wait_for(port)
                measure(f"http://127.0.0.1:{port}/agencies/", peer, count)
            finally:
                server.terminate()


def measure(ours: str, peer: str, count: int) -> None:
    """Both pages in turn, several rounds; then the frames."""
    from playwright.sync_api import sync_playwright

    found: dict[str, list[tuple[float, float]]] = {"ours": [], "peer": []}
    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=flags)
        first = opened(browser, ours, "canvas[data-drawn]:not([data-drawn='0'])")
        for _ in range(ROUNDS):
            found["ours"].append(opened(browser, ours, "canvas[data-drawn]:not([data-drawn='0'])"))
            found["peer"].append(opened(browser, peer, "ul"))
        moving = sorted(frames(browser, ours))
        browser.close()
    tracker, static = ([statistics.median(one) for one in zip(*found[name], strict=True)] for name in found)
    print(f"{count} agencies; the first visit after a start: {first[0]:.2f} s to the first paint")
    limits = f"(limits {LIMIT_S} s, {LIMIT_KB:.0f} kB)"
    print(f"tracker                  {tracker[0]:5.2f} s, {tracker[1]:7.1f} kB {limits}")
    print(f"static file of the list  {static[0]:5.2f} s, {static[1]:7.1f} kB")
    time, size = tracker[0] / static[0], tracker[1] / static[1]
    print(f"ratio                    {time:5.2f} of the time, {size:.2f} of the bytes")
    worst = moving[int(0.95 * len(moving))]
    print(f"dragging the map         {statistics.median(moving):5.1f} ms a frame, 95% within {worst:.1f} ms")


if __name__ == "__main__":
    main()
