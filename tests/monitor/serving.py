"""Real servers on loopback: static files, a webhook and a mail server that keep what they get."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as Letters


@contextmanager
def running(handler: Any) -> Iterator[str]:
    """An HTTP server of this handler; its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder and says nothing."""

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@contextmanager
def site(folder: Path) -> Iterator[str]:
    """A folder as a site."""
    with running(partial(Quiet, directory=str(folder))) as url:
        yield url


@contextmanager
def webhook(got: list[dict[str, Any]], status: list[int]) -> Iterator[str]:
    """Keeps each body in `got`, and answers with the last of `status`."""

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            assert self.headers["Content-Type"] == "application/json"
            got.append(json.loads(body))
            self.send_response(status[-1])
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    with running(Hook) as url:
        yield url


class _Kept(Letters):
    """Keeps every letter."""

    def __init__(self, kept: list[Message]) -> None:
        super().__init__()
        self._kept = kept

    def handle_message(self, message: Message) -> None:
        """One letter."""
        self._kept.append(message)


@contextmanager
def mail(kept: list[Message]) -> Iterator[str]:
    """A mail server; its host and port, as --smtp takes them."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(_Kept(kept), hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        controller.stop()
