"""Serves a copy of a log as static files, by GET and HEAD, and nothing else of the disk."""

import re
import sys
import threading
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from vicinage.tlog import disk, layout, note
from vicinage.tlog.errors import TlogError

TIMEOUT_S = 15
MAX_CONNECTIONS = 128
FOREVER, SOON = "public, max-age=31536000, immutable", "no-cache"

_NUMBER = r"(x[0-9]{3}/)*[0-9]{3}(\.p/[0-9]{1,3})?"
_FIXED = re.compile(rf"tile/(entries|[0-9]{{1,2}})/{_NUMBER}|texts/[0-9]{{1,19}}\.(json|toml)")
_LISTS = {layout.CHECKPOINT, layout.POLICY, layout.VKEYS, layout.VKEYS_MLDSA}


class Server(ThreadingHTTPServer):
    """At most MAX_CONNECTIONS at a time."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], root: Path) -> None:
        self._free = threading.BoundedSemaphore(MAX_CONNECTIONS)
        super().__init__(address, partial(Handler, root))

    def process_request(self, request: object, client_address: object) -> None:
        """Wait for a free place before a connection gets its thread."""
        self._free.acquire()
        try:
            super().process_request(request, client_address)  # type: ignore[arg-type]
        except BaseException:
            self._free.release()
            raise

    def process_request_thread(self, request: object, client_address: object) -> None:
        """Serve one connection and free its place."""
        try:
            super().process_request_thread(request, client_address)  # type: ignore[arg-type]
        finally:
            self._free.release()

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hung up is no event; anything else is said in one line."""
        error = sys.exc_info()[1]
        if not isinstance(error, ConnectionError | TimeoutError):
            sys.stderr.write(f"The mirror dropped a connection: {error!r}\n")


class Handler(BaseHTTPRequestHandler):
    """One connection; kept alive between requests."""

    protocol_version = "HTTP/1.1"
    server_version = "vicinage-mirror"
    sys_version = ""
    timeout = TIMEOUT_S

    def __init__(self, root: Path, *rest: object) -> None:
        self._root = root
        super().__init__(*rest)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        """A file of the log."""
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        """What a GET would answer, without the file."""
        self._answer(with_body=False)

    def log_request(self, code: object = "-", size: object = "-") -> None:
        """Say nothing of ordinary requests."""

    def _answer(self, with_body: bool) -> None:
        name = self.path.partition("?")[0].removeprefix("/").removeprefix("log/")
        status, kind, cache, body = 404, "text/plain; charset=utf-8", SOON, b"There is no such file here.\n"
        if name in _LISTS or _FIXED.fullmatch(name):
            try:
                body = disk.read(self._root / name, max(layout.BUNDLE_LIMIT, note.MAX_BYTES))
                status = 200
                if name.startswith("tile/"):
                    kind, cache = "application/octet-stream", FOREVER
                elif name.endswith(".json"):
                    kind = "application/json"
            except (TlogError, OSError):
                pass
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", cache)
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        if with_body:
            self.wfile.write(body)


def open_server(root: Path, port: int, host: str = "127.0.0.1") -> Server:
    """A server of the copy at `root`, bound to host:port (port 0: any free one), not yet running."""
    return Server((host, port), root)
