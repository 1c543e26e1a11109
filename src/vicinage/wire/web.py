"""Plain HTTP for logs and witnesses: bounded answers, http and https only, no cookies, no redirects.

A loopback address is asked directly, whatever proxy the environment names.
"""

import http.client
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from email.message import Message
from typing import IO

from vicinage.wire.codec import WireError

SLOWEST = 50_000
"""Bytes a second that the other side must send at least, beyond its timeout: who drips holds nobody up."""

LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True)
class Answer:
    """An HTTP answer. status: code. kind: Content-Type. body: bytes, bounded."""

    status: int
    kind: str
    body: bytes


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Leaves a redirect standing as an answer."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> None:
        """None: do not follow."""
        return


def get(url: str, limit: int, timeout_s: float) -> Answer:
    """GET a URL; any status is an answer. Raises WireError (wire-url, wire-unreachable)."""
    return _ask(urllib.request.Request(checked(url), method="GET"), limit, timeout_s)  # noqa: S310 - checked


def post(
    url: str, body: bytes, limit: int, timeout_s: float, kind: str = "text/plain; charset=utf-8"
) -> Answer:
    """POST bytes of a content type to a URL; any status is an answer.

    Raises WireError (wire-url, wire-unreachable).
    """
    headers = {"Content-Type": kind}
    return _ask(urllib.request.Request(checked(url), body, headers), limit, timeout_s)  # noqa: S310 - checked


def checked(url: str) -> str:
    """The URL itself when it is http(s) with a host. Raises WireError (wire-url)."""
    try:
        parts = urllib.parse.urlsplit(url)
        host = parts.hostname
    except ValueError:
        host = None
    if not host or parts.scheme not in ("http", "https"):
        raise WireError("wire-url", f"{url!r} is no http or https address.", "Give one with its host name.")
    return url


def _ask(request: urllib.request.Request, limit: int, timeout_s: float) -> Answer:
    host = urllib.parse.urlsplit(request.full_url).hostname
    handlers: list[urllib.request.BaseHandler] = [_NoRedirect()]
    if host in LOOPBACK:
        handlers.append(urllib.request.ProxyHandler({}))
    opener = urllib.request.build_opener(*handlers)
    try:
        try:
            response = opener.open(request, timeout=timeout_s)
        except urllib.error.HTTPError as error:
            response = error
        with response:
            body = _body(response, limit + 1, timeout_s)
            status, kind = int(response.status or 0), response.headers.get("Content-Type", "")
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise WireError(
            "wire-unreachable",
            f"{request.full_url} did not answer: {error}.",
            "Check the address and that the other side runs.",
        ) from error
    if len(body) > limit:
        raise WireError("wire-too-large", f"{request.full_url} answered with more than {limit} bytes.")
    return Answer(status, kind, body)


def _body(response: IO[bytes], most: int, timeout_s: float) -> bytes:
    """At most so many bytes of an answer, as long as it comes on. Raises TimeoutError when it drips."""
    parts, size, began = [], 0, time.monotonic()
    while size < most:
        part = response.read1(min(most - size, 1 << 20))  # type: ignore[attr-defined]  # both answers have it
        if not part:
            break
        parts.append(part)
        size += len(part)
        if time.monotonic() - began > timeout_s + size / SLOWEST:
            raise TimeoutError("it sends too slowly")
    return b"".join(parts)
