"""A server of Mallory's for a device: it answers each path with what a test wants it to say."""

from collections.abc import Callable, Mapping

import httpx
import msgspec

from vicinage.device.session import Session

ORIGIN = "http://vicinage.test"
Answer = httpx.Response | Callable[[httpx.Request], httpx.Response]


class Lies:
    """Answers by "METHOD /path"; whatever else is asked is 404. `sent` holds every request."""

    def __init__(self, answers: Mapping[str, Answer]) -> None:
        self.answers = dict(answers)
        self.sent: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer, and remember."""
        self.sent.append(request)
        told = self.answers.get(f"{request.method} {request.url.path}", httpx.Response(404))
        return told if isinstance(told, httpx.Response) else told(request)

    @property
    def session(self) -> Session:
        """A session with this server."""
        return Session(ORIGIN, httpx.MockTransport(self))


def page(html: str, status: int = 200) -> httpx.Response:
    """A page."""
    return httpx.Response(status, html=html)


def told(value: object, status: int = 200) -> httpx.Response:
    """A JSON answer."""
    return httpx.Response(status, content=msgspec.json.encode(value))


def to(path: str) -> httpx.Response:
    """A redirect."""
    return httpx.Response(302, headers={"Location": path})
