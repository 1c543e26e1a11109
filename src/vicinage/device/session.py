"""One person's HTTP session: cookies, pages, forms, JSON and files, as a browser has them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TypeVar
from urllib.parse import urljoin, urlsplit

import httpx
import msgspec

from vicinage import wire
from vicinage.device.errors import DeviceError, RefusedError, UnreachableError
from vicinage.device.page import Form, Page, read_page
from vicinage.wire.problem import Problem

T = TypeVar("T")
TIMEOUT_S = 60.0
REDIRECTS = 10
LIMIT = 2**26


class Session:
    """A session with one server. origin: such as "http://127.0.0.1:8000"."""

    def __init__(self, origin: str, transport: httpx.BaseTransport | None = None) -> None:
        self.origin = origin.rstrip("/")
        self._http = httpx.Client(
            base_url=self.origin,
            timeout=TIMEOUT_S,
            transport=transport,
            headers={"User-Agent": "vicinage-device/1", "Accept-Language": "en"},
        )

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def page(self, path: str) -> Page:
        """Get a page, following redirects within this server. Raises RefusedError on 400 and above."""
        return self._follow(self._send("GET", path), path)

    def submit(self, path: str, fields: Mapping[str, str], *, button: str = "") -> Page:
        """Get the page at `path`, fill in its form that has these fields and this button, and send it.

        Raises RefusedError, with the page's own errors, where the form comes back.
        """
        return self.fill(self.page(path), fields, button=button)

    def fill(self, page: Page, fields: Mapping[str, str], *, button: str = "") -> Page:
        """Fill in and send the form of this page that has these fields and this button."""
        names = [*fields, button] if button else [*fields]
        form = page.form(*names)
        if form is None:
            raise RefusedError(
                "device-no-form",
                f"The page {page.path} should have a form with {', '.join(names)}, and has none.",
                "Check that the person's role allows this.",
                page.status,
            )
        return self.send_form(page, form, {**fields, **({button: "1"} if button else {})})

    def send_form(
        self, page: Page, form: Form, fields: Mapping[str, str] | None = None, *, stays: bool = False
    ) -> Page:
        """Send this form of this page, with these fields over its own.

        stays: success shows the same page again, so that the form's coming back is no refusal.
        """
        action = urljoin(page.path, form.action) if form.action else page.path
        names = [*(fields or ())]
        data = {**form.fields, **(fields or {})}
        answer = self._send("POST", action, data=data, headers={"Referer": self.origin + page.path})
        came = self._follow(answer, action)
        is_back = answer.status_code == 200 and came.path == urlsplit(action).path
        if is_back and not stays and names and came.form(*names) is not None:
            said = " ".join(came.errors) or "It does not say why."
            raise RefusedError("device-form-refused", f"The form at {came.path} came back. {said}", "", 200)
        return came

    def ask(self, kind: type[T], method: str, path: str, body: object = None, limit: int = LIMIT) -> T:
        """Send JSON, receive a message of this kind. Raises RefusedError with the problem's own code."""
        content = None if body is None else wire.encode(body)
        headers = {"Accept": "application/json", "Referer": self.origin + "/"}
        if content is not None:
            headers |= {"Content-Type": "application/json", "X-CSRFToken": self._csrf()}
        answer = self._send(method, path, content=content, headers=headers, limit=limit)
        _check(answer, path)
        return wire.decode(kind, answer.content, limit)

    def fetch(self, path: str, limit: int = LIMIT) -> bytes:
        """A file's bytes, at most `limit`. Raises RefusedError, DeviceError."""
        answer = self._send("GET", path, limit=limit)
        _check(answer, path)
        return answer.content

    @contextmanager
    def stream(self, path: str, data: Mapping[str, str] | None = None) -> Iterator[Iterator[bytes]]:
        """A large file as parts, never whole in memory. data: a form's fields, posted to get it."""
        method, headers = "GET", {}
        if data is not None:
            method, headers = "POST", {"Referer": self.origin + "/", "X-CSRFToken": self._csrf()}
        try:
            with self._http.stream(method, self._place(path), data=data, headers=headers) as answer:
                if answer.status_code != 200:
                    _check(self._read(answer, path, LIMIT), path)
                yield answer.iter_bytes()
        except httpx.RequestError as error:
            raise self._unreachable(error) from error

    def _csrf(self) -> str:
        token = self._http.cookies.get("csrftoken") or self._http.cookies.get("__Host-csrftoken")
        if not token:
            self.page("/home/")
            token = self._http.cookies.get("csrftoken") or self._http.cookies.get("__Host-csrftoken")
        return token or ""

    def _send(
        self,
        method: str,
        path: str,
        *,
        data: Mapping[str, str] | None = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        limit: int = LIMIT,
    ) -> httpx.Response:
        sent = {"data": data, "content": content, "headers": headers}
        try:
            with self._http.stream(method, self._place(path), **sent) as answer:  # type: ignore[arg-type]
                return self._read(answer, path, limit)
        except httpx.RequestError as error:
            raise self._unreachable(error) from error
        except httpx.InvalidURL as error:
            raise _left(path, str(error)) from error

    def _place(self, path: str) -> str:
        """The address of a path or address, which must be this server's. Raises DeviceError."""
        try:
            there = urljoin(self.origin + "/", path)
        except ValueError as error:
            raise _left(path, str(error)) from error
        if not there.startswith(self.origin + "/"):
            raise _left(path, there)
        return there

    @staticmethod
    def _read(answer: httpx.Response, path: str, limit: int) -> httpx.Response:
        """The answer with its body, of which no more than `limit` bytes are ever taken."""
        body = bytearray()
        for part in answer.iter_bytes():
            body += part
            if len(body) > limit:
                raise DeviceError(
                    "device-too-large",
                    f"{path} has {len(body)} bytes or more; at most {limit} are taken.",
                    "Ask for it as a stream.",
                )
        packed = ("content-encoding", "content-length", "transfer-encoding")
        headers = [(name, value) for name, value in answer.headers.multi_items() if name not in packed]
        return httpx.Response(answer.status_code, headers=headers, content=bytes(body))

    def _follow(self, answer: httpx.Response, path: str) -> Page:
        for _ in range(REDIRECTS):
            if not answer.has_redirect_location:
                break
            try:
                there = self._place(urljoin(self.origin + path, answer.headers["Location"]))
            except ValueError as error:
                raise _left(path, str(error)) from error
            path = there.removeprefix(self.origin)
            answer = self._send("GET", path)
        _check(answer, path)
        return read_page(urlsplit(path).path, answer.status_code, answer.text)

    def _unreachable(self, error: httpx.RequestError) -> UnreachableError:
        return UnreachableError(
            "device-unreachable",
            f"The server at {self.origin} does not answer ({type(error).__name__}).",
            "Start it with `vicinage run`, or check the address.",
        )


def _left(path: str, there: str) -> DeviceError:
    return DeviceError(
        "device-left-server",
        f"{path[:200]} leads to another server, {there[:200]}.",
        "Do not type anything there; tell the operator.",
    )


def _check(answer: httpx.Response, path: str) -> None:
    """Raise RefusedError for any status but success, in the words of its problem details.

    A redirect that was not followed is no success: a session that has ended leads to the log-in page.
    """
    if answer.status_code < 300:
        return
    try:
        problem = msgspec.json.decode(answer.content, type=Problem)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        said = read_page(path, answer.status_code, answer.text).errors if _is_html(answer) else []
        sentence = " ".join([f"The server answered {answer.status_code} to {path}.", *said])
        raise RefusedError(f"http-{answer.status_code}", sentence, status=answer.status_code) from None
    raise RefusedError(problem.code, problem.detail or problem.title, problem.hint, answer.status_code)


def _is_html(answer: httpx.Response) -> bool:
    return str(answer.headers.get("Content-Type", "")).startswith("text/html")
