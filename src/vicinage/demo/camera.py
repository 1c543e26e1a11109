"""The demo's camera: plays the street scene for ever over HTTP as MPEG-TS, at its own pace.

It does what a network camera does: it has one picture and one clock, whoever looks; time stamps never
jump back where the loop begins again; a viewer joins at the next key frame. After a busy quarter of an
hour the street calms down, as streets do, so that a demo left running does not fill the disk.
"""

import argparse
import os
import queue
import tempfile
import threading
import time
from collections.abc import Iterator
from fractions import Fraction
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import av

from vicinage.demo import scene

PATH = "/camera.ts"
BUSY_LOOPS, BUSY_EVERY = 15, 15
"""The first loops all have events; later one in so many."""

QUIET_FROM_S = 52.0
"""From here to its end nothing moves in the scene: what is played when the street is calm."""

WAITING = 150
"""Most pieces a slow viewer may be behind before it is let go."""


class Piece(NamedTuple):
    """One coded picture. Times in the video's time base, from the start of the loop."""

    at: int
    is_key: bool
    data: bytes


class Loop:
    """A video in memory, played as pieces with ever rising times."""

    def __init__(self, video: Path) -> None:
        """Read the video (H.264 without reordering; key frames each second)."""
        self._container = av.open(str(video))
        self.stream = self._container.streams.video[0]
        self.base = Fraction(self.stream.time_base or 0)
        self._pieces = [
            Piece(packet.pts, bool(packet.is_keyframe), bytes(packet))
            for packet in self._container.demux(self.stream)
            if packet.pts is not None and packet.size
        ]
        step = self._pieces[1].at - self._pieces[0].at
        self._length = self._pieces[-1].at + step - self._pieces[0].at

    def pieces(self) -> Iterator[Piece]:
        """For ever: whole loops, and calm ones once the first have been played."""
        zero, number = 0, 0
        while True:
            if number < BUSY_LOOPS or number % BUSY_EVERY == 0:
                part = self._pieces
            else:
                part = [
                    piece for piece in self._pieces if piece.at * self.base >= QUIET_FROM_S
                ] or self._pieces
            first = part[0].at
            for piece in part:
                yield piece._replace(at=zero + piece.at - first)
            zero += self._length if part is self._pieces else self._length - (first - self._pieces[0].at)
            number += 1


class Viewers:
    """Those connected now. Each has a queue of transport stream bytes; a slow one is dropped."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._queues: dict[queue.Queue[bytes | None], bool] = {}

    def join(self) -> queue.Queue[bytes | None]:
        """A new viewer's queue; its first bytes begin with a key frame. None in it means: the end."""
        mine: queue.Queue[bytes | None] = queue.Queue(WAITING)
        with self._lock:
            self._queues[mine] = False
        return mine

    def leave(self, mine: queue.Queue[bytes | None]) -> None:
        """The viewer is gone."""
        with self._lock:
            self._queues.pop(mine, None)

    def show(self, data: bytes, is_key: bool) -> None:
        """Give one piece to all who have begun, and let others begin if it is a key frame."""
        with self._lock:
            for mine, has_begun in list(self._queues.items()):
                if not (has_begun or is_key):
                    continue
                self._queues[mine] = True
                try:
                    mine.put_nowait(data)
                except queue.Full:
                    del self._queues[mine]
                    mine.get_nowait()
                    mine.put_nowait(None)

    def end(self) -> None:
        """Let all viewers go."""
        with self._lock:
            for mine in self._queues:
                if mine.full():
                    mine.get_nowait()
                mine.put_nowait(None)
            self._queues.clear()


class _Gathered:
    """What the muxer writes, until it is taken."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)


class DemoCamera:
    """The camera as an object: start, address, stop. Listens on the loopback interface only."""

    def __init__(self, video: Path, port: int = 0) -> None:
        """port: 0 for any free one."""
        self._loop = Loop(video)
        self._viewers = Viewers()
        self._stop = threading.Event()
        viewers = self._viewers

        class Handler(_Handler):
            crowd = viewers

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        works = (self._server.serve_forever, self._play)
        self._threads = [threading.Thread(target=work, daemon=True) for work in works]

    @property
    def address(self) -> str:
        """The stream's URL."""
        return f"http://127.0.0.1:{self._server.server_address[1]}{PATH}"

    def start(self) -> None:
        """Begin to play, whether anyone looks or not."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Stop playing, let the viewers go, close the socket."""
        self._stop.set()
        self._viewers.end()
        self._server.shutdown()
        self._server.server_close()
        self._threads[1].join()

    def _play(self) -> None:
        gathered = _Gathered()
        options = {"mpegts_flags": "pat_pmt_at_frames", "flush_packets": "1"}
        with av.open(gathered, "w", format="mpegts", options=options) as out:
            stream: Any = out.add_stream_from_template(self._loop.stream, opaque=True)
            begun_s = time.monotonic()
            for piece in self._loop.pieces():
                early_s = float(piece.at * self._loop.base) - (time.monotonic() - begun_s)
                if self._stop.wait(max(0.0, early_s)):
                    return
                packet = av.Packet(piece.data)
                packet.pts = packet.dts = piece.at
                packet.time_base, packet.is_keyframe, packet.stream = self._loop.base, piece.is_key, stream
                out.mux(packet)
                self._viewers.show(gathered.take(), piece.is_key)


class _Handler(BaseHTTPRequestHandler):
    """GET /camera.ts, and nothing else."""

    crowd: Viewers

    def do_GET(self) -> None:
        if self.path != PATH:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Type", "video/mp2t")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        mine = self.crowd.join()
        try:
            while (data := mine.get()) is not None:
                self.wfile.write(data)
        except OSError:
            pass
        finally:
            self.crowd.leave(mine)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the hub says when it connects."""


def main() -> None:
    """`python -m vicinage.demo.camera --port N`: render the scene if need be, and serve it until killed."""
    parser = argparse.ArgumentParser(description="The demo's camera.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--video", type=Path, help="an H.264 MP4; the demo's own scene if not given")
    arguments = parser.parse_args()
    home = Path(os.environ.get("VICINAGE_HOME") or Path(tempfile.gettempdir()) / "vicinage-demo")
    video = arguments.video or home / "demo" / "street.mp4"
    if not video.exists():
        scene.render(video)
    camera = DemoCamera(video, arguments.port)
    camera.start()
    threading.Event().wait()


if __name__ == "__main__":
    main()
