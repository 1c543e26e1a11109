"""Plain HTTP for logs and witnesses: bounded, direct on loopback, and never led elsewhere."""

import threading
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from vicinage.wire import web
from vicinage.wire.codec import WireError


class Site(BaseHTTPRequestHandler):
    """/long has 1000 bytes, /away leads to /long, /gone is 404; POST gives the body back."""

    def do_GET(self) -> None:
        status = {"/long": 200, "/away": 302}.get(self.path, 404)
        self.send_response(status)
        self.send_header("Content-Type", "text/x-test")
        if status == 302:
            self.send_header("Location", "/long")
        self.end_headers()
        with suppress(ConnectionError):
            self.wfile.write(b"a" * 1000 if status == 200 else b"no")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def site() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Site) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_any_status_is_an_answer(site: str) -> None:
    assert web.get(f"{site}/long", 1000, 5) == web.Answer(200, "text/x-test", b"a" * 1000)
    assert web.get(f"{site}/gone", 1000, 5) == web.Answer(404, "text/x-test", b"no")
    assert web.post(f"{site}/", b"body \xff", 1000, 5).body == b"body \xff"


def test_a_redirect_is_not_followed(site: str) -> None:
    assert web.get(f"{site}/away", 1000, 5) == web.Answer(302, "text/x-test", b"no")


def test_an_answer_longer_than_its_limit_is_refused(site: str) -> None:
    with pytest.raises(WireError) as refused:
        web.get(f"{site}/long", 999, 5)
    assert refused.value.code == "wire-too-large"


def test_a_proxy_of_the_environment_is_not_asked_for_loopback(
    site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    assert web.get(f"{site}/long", 1000, 5).status == 200


@pytest.mark.parametrize("url", ["file:///etc/passwd", "http:///path", "//host", "http://[broken"])
def test_what_is_no_http_address_is_refused(url: str) -> None:
    with pytest.raises(WireError) as refused:
        web.get(url, 10, 1)
    assert refused.value.code == "wire-url"
