"""A server that takes clips as the real one does, in memory, and can be made to fail."""

import hashlib
import json
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from vicinage.wire import decode
from vicinage.wire.hub import PART_BYTES, UPLOAD_OFFSET, ClipOffer

TOKEN = "alice-hub-token-0123456789"


class ClipServer:
    """Keeps offers and payloads. `heard` is every byte it was ever sent: paths, headers, bodies."""

    def __init__(self) -> None:
        self.offers: dict[str, ClipOffer] = {}
        self.payloads: dict[str, bytearray] = {}
        self.offered: list[str] = []
        self.heard = bytearray()
        self.cells: dict[str, bytes] = {}
        self.failures: list[int] = []
        """Status codes to answer the next PATCHes with."""
        self.hang_up = False
        """Take half of the next part, and hang up."""
        self.refuse_offers = 0
        self.clock_ahead_s = 0.0
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.clips = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> "ClipServer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def address(self) -> str:
        """Its origin."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def complete(self) -> list[str]:
        """Ids of the clips whose payload is whole and has the hash it was offered with."""
        return [
            clip
            for clip, offer in self.offers.items()
            if hashlib.sha256(self.payloads[clip]).hexdigest() == offer.payload_sha256
        ]

    def age_file(self, clip: str) -> bytes:
        """The clip as its owner downloads it."""
        return self.offers[clip].header + bytes(self.payloads[clip])


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    clips: ClipServer


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        clips = self.server.clips
        self._hear(b"")
        if self.path == "/api/time":
            at = datetime.fromtimestamp(datetime.now(UTC).timestamp() + clips.clock_ahead_s, UTC)
            self._say(200, {"now": at.isoformat(timespec="milliseconds").replace("+00:00", "Z")})
        elif self.path.startswith("/public/rfas/cell/"):
            body = clips.cells.get(self.path.rsplit("/", 1)[1].removesuffix(".json"))
            self._say(200 if body else 404, json.loads(body) if body else {})
        else:
            self._say(404, {})

    def do_POST(self) -> None:
        clips = self.server.clips
        body = self._hear(self.rfile.read(int(self.headers["Content-Length"])))
        if not self._is_hub():
            return
        if clips.refuse_offers:
            problem = {
                "title": "no",
                "status": clips.refuse_offers,
                "code": "clip-set",
                "detail": "Not this one.",
            }
            self._say(clips.refuse_offers, problem)
            return
        offer = decode(ClipOffer, body)
        clips.offered.append(offer.id)
        clips.offers[offer.id] = offer
        clips.payloads.setdefault(offer.id, bytearray())
        self._state(offer.id, 200)

    def do_PATCH(self) -> None:
        clips = self.server.clips
        clip = self.path.split("/")[4]
        part = self._hear(self.rfile.read(int(self.headers["Content-Length"])))
        if not self._is_hub():
            return
        assert len(part) <= PART_BYTES
        if clips.failures:
            status = clips.failures.pop(0)
            self._say(status, {"title": "trouble", "status": status, "code": "trouble"})
            return
        if int(self.headers[UPLOAD_OFFSET]) != len(clips.payloads[clip]):
            self._state(clip, 409)
            return
        if clips.hang_up:
            clips.payloads[clip] += part[: len(part) // 2]
            clips.hang_up = False
            self.close_connection = True
            self.connection.close()
            return
        clips.payloads[clip] += part
        self._state(clip, 200)

    def _is_hub(self) -> bool:
        if self.headers.get("Authorization") == f"Bearer {TOKEN}":
            return True
        self._say(401, {"title": "no", "status": 401, "code": "hub-token"})
        return False

    def _hear(self, body: bytes) -> bytes:
        self.server.clips.heard += f"{self.command} {self.path}\n{self.headers}".encode() + body
        return body

    def _state(self, clip: str, status: int) -> None:
        held, offer = len(self.server.clips.payloads[clip]), self.server.clips.offers[clip]
        self._say(status, {"offset": held, "complete": held == offer.payload_size})

    def _say(self, status: int, answer: dict[str, Any]) -> None:
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""
