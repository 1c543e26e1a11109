"""The witness's HTTP face: POST /add-checkpoint, and GET /<sha256 of origin>/checkpoint for monitors."""

import re
import signal
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import FrameType

from vicinage.errors import VicinageError
from vicinage.tlog import witness
from vicinage.tlog.errors import WitnessError
from vicinage.witness.cosigner import Cosigner
from vicinage.witness.home import DEFAULT_NAME, Home

TIMEOUT_S = 10
MAX_CONNECTIONS = 64
PLAIN = "text/plain; charset=utf-8"

_MONITOR = re.compile(r"/([0-9a-f]{64})/checkpoint")


class Server(ThreadingHTTPServer):
    """At most MAX_CONNECTIONS at a time, each silent for at most TIMEOUT_S seconds."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], home: Home, cosigner: Cosigner) -> None:
        self.home = home
        self.cosigner = cosigner
        self._free = threading.BoundedSemaphore(MAX_CONNECTIONS)
        super().__init__(address, Handler)

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
            sys.stderr.write(f"The witness dropped a connection: {error!r}\n")


class Handler(BaseHTTPRequestHandler):
    """One connection; kept alive between requests."""

    server: Server
    protocol_version = "HTTP/1.1"
    server_version = "vicinage-witness"
    sys_version = ""
    timeout = TIMEOUT_S

    def do_POST(self) -> None:
        """add-checkpoint, with the statuses of tlog-witness."""
        length = self.headers.get("Content-Length", "")
        if self.path != "/add-checkpoint":
            return self._close(404, "There is no such address here.\n")
        if not length.isascii() or not length.isdigit() or int(length) > witness.MAX_BYTES:
            return self._close(
                413, f"A request should state its length, at most {witness.MAX_BYTES} bytes.\n"
            )
        body = self.rfile.read(int(length))
        if len(body) != int(length):
            return self._close(400, "The request ended early.\n")
        try:
            self._answer(200, self.server.cosigner.add_checkpoint(body).line())
        except WitnessError as error:
            if error.size is not None:
                self._answer(error.status, f"{error.size}\n", witness.SIZE_TYPE)
            else:
                self._answer(error.status, f"{error.sentence}\n")
        except (VicinageError, OSError) as error:
            self.log_error("The witness cannot sign: %s", error)
            self._answer(500, "The witness cannot sign now.\n")

    def do_GET(self) -> None:
        """The note last cosigned for a log."""
        match = _MONITOR.fullmatch(self.path)
        try:
            signed = self.server.home.seen_by_hash(match[1]) if match else None
        except (VicinageError, OSError) as error:
            self.log_error("The witness cannot read its record: %s", error)
            return self._answer(500, "The witness cannot read its record.\n")
        if signed is None:
            return self._answer(404, "This witness has seen no such log.\n")
        self._answer(200, signed.encode().decode())

    def log_request(self, code: object = "-", size: object = "-") -> None:
        """Say nothing of ordinary requests."""

    def _close(self, status: int, text: str) -> None:
        """Answer and hang up: what follows on the wire cannot be told apart."""
        self.close_connection = True
        self._answer(status, text)

    def _answer(self, status: int, text: str, kind: str = PLAIN) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)


def open_server(home: Path, port: int, name: str = DEFAULT_NAME, host: str = "127.0.0.1") -> Server:
    """A server bound to host:port (port 0: any free one), not yet running."""
    folder = Home(home)
    cosigner = Cosigner(folder, folder.signer(name), lambda: int(time.time()))
    return Server((host, port), folder, cosigner)


def serve(home: Path, port: int, name: str = DEFAULT_NAME, host: str = "127.0.0.1") -> None:
    """Run a witness until SIGTERM or SIGINT. Writes its vkey and address to standard output.

    Raises TileError (witness-busy) when another process holds the home; OSError when the port is taken.
    """
    folder = Home(home)
    with folder.alone(), open_server(home, port, name, host) as server:
        stop = threading.Event()

        def ask_to_stop(signum: int, frame: FrameType | None) -> None:
            stop.set()

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, ask_to_stop)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.2}, daemon=True)
        thread.start()
        sys.stdout.write(f"{folder.signer(name).vkey}\n")
        sys.stdout.write(f"The witness listens at http://{host}:{server.server_port}\n")
        sys.stdout.flush()
        stop.wait()
        server.shutdown()
        thread.join()
