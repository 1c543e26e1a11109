"""A session behaves as a browser does, and stays with its server."""

import httpx
import msgspec
import pytest

from vicinage.device.errors import DeviceError, RefusedError, UnreachableError
from vicinage.device.session import Session

ORIGIN = "http://vicinage.test"
FORM = '<form method="post"><input type="hidden" name="csrfmiddlewaretoken" value="t"><input name="a"></form>'


def html(text: str, status: int = 200) -> httpx.Response:
    """A page."""
    return httpx.Response(status, html=text)


def test_a_form_is_sent_with_its_hidden_fields_and_the_page_as_referer() -> None:
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        if request.method == "POST":
            return httpx.Response(302, headers={"Location": "/done/"})
        return html(FORM if request.url.path == "/form/" else "Done.")

    page = Session(ORIGIN, httpx.MockTransport(answer)).submit("/form/", {"a": "1"})
    assert page.path == "/done/"
    assert sent[1].content == b"csrfmiddlewaretoken=t&a=1"
    assert sent[1].headers["Referer"] == f"{ORIGIN}/form/"


def test_a_form_that_comes_back_is_a_refusal_in_the_words_of_its_errors() -> None:
    back = html('<ul class="errorlist"><li>Too long.</li></ul>' + FORM)
    session = Session(ORIGIN, httpx.MockTransport(lambda request: back))
    with pytest.raises(RefusedError, match=r"Too long\."):
        session.submit("/form/", {"a": "1"})


def test_findings_of_a_422_page_stand_in_the_refusal() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            return html('<li class="finding">The window lasts 13 h.</li>' + FORM, 422)
        return html(FORM)

    with pytest.raises(RefusedError, match="The window lasts 13 h") as refused:
        Session(ORIGIN, httpx.MockTransport(answer)).submit("/form/", {"a": "1"})
    assert refused.value.status == 422


def test_a_problem_keeps_its_own_code_and_hint() -> None:
    problem = {
        "title": "No",
        "status": 409,
        "code": "household-made",
        "detail": "There is one.",
        "hint": "Use it.",
    }
    body = msgspec.json.encode(problem)
    session = Session(ORIGIN, httpx.MockTransport(lambda request: httpx.Response(409, content=body)))
    with pytest.raises(RefusedError) as refused:
        session.ask(dict, "GET", "/api/household")
    assert (refused.value.code, refused.value.hint, refused.value.status) == (
        "household-made",
        "Use it.",
        409,
    )


def test_a_redirect_to_another_server_is_not_followed() -> None:
    away = httpx.Response(302, headers={"Location": "http://elsewhere.test/"})
    with pytest.raises(DeviceError, match="another server"):
        Session(ORIGIN, httpx.MockTransport(lambda request: away)).page("/")


def test_a_file_above_its_limit_is_refused() -> None:
    large = httpx.Response(200, content=b"x" * 11)
    with pytest.raises(DeviceError, match="11 bytes"):
        Session(ORIGIN, httpx.MockTransport(lambda request: large)).fetch("/log/checkpoint", limit=10)


def test_a_server_that_is_not_there_is_named() -> None:
    with pytest.raises(UnreachableError, match="does not answer"):
        Session("http://127.0.0.1:9").page("/")
