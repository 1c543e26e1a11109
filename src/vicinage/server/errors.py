"""Errors of the server, and the one place where they become HTTP.

    VicinageError
      ServerError              what a visitor asked for cannot be done; carries an HTTP status
      (WireError, CoreError, SealError, TlogError from below are mapped here by their code)

Pages get a page, paths below /api/ get problem details (RFC 9457). "Not yours" and "not there" are
the same answer, byte for byte.
"""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils.translation import gettext as _

from vicinage.errors import VicinageError
from vicinage.wire import WireError, encode
from vicinage.wire.problem import CONTENT_TYPE, Problem


class ServerError(VicinageError):
    """A request that cannot be served. status: the HTTP status to answer with."""

    def __init__(self, code: str, sentence: str, hint: str = "", status: int = 400) -> None:
        super().__init__(code, sentence, hint)
        self.status = status


STATUS_OF_CODE = {"wire-too-large": 413}


def status_of(error: VicinageError) -> int:
    """The HTTP status of an error from any floor."""
    if isinstance(error, ServerError):
        return error.status
    return STATUS_OF_CODE.get(error.code, 400 if isinstance(error, WireError) else 422)


def problem(status: int, code: str, detail: str, hint: str = "") -> HttpResponse:
    """Problem details. detail and hint are sentences for a person, already translated."""
    body = Problem(title=HTTPStatus(status).phrase, status=status, code=code, detail=detail, hint=hint)
    response = HttpResponse(encode(body), status=status, content_type=CONTENT_TYPE)
    response["Cache-Control"] = "no-store"
    return response


def speaks_json(request: HttpRequest) -> bool:
    """Is this an interface for programs, and not a page?"""
    return request.path.startswith("/api/")


def answer(request: HttpRequest, error: VicinageError) -> HttpResponse:
    """The error as problem details or as a page."""
    status = status_of(error)
    if speaks_json(request):
        return problem(status, error.code, _(error.sentence), _(error.hint) if error.hint else "")
    return render(request, "error.html", {"error": error}, status=status)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The one 404: it says nothing of whether the thing exists."""
    if speaks_json(request):
        return problem(404, "not-found", _("There is nothing here, or it is not yours to see."))
    return render(request, "404.html", _steady_token(request), status=404)


def _steady_token(request: HttpRequest) -> dict[str, str]:
    """The session's form token without its changing mask, so that two 404 pages are the same bytes.

    The mask hides a secret in a compressed page that repeats a visitor's words; this page repeats none.
    """
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    get_token(request)
    return {"csrf_token": request.META["CSRF_COOKIE"]}


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A request that Django itself refused to read."""
    return answer(request, ServerError("bad-request", "The request could not be read.", status=400))


def unfit(request: HttpRequest) -> HttpResponse:
    """Words that no row can hold: PostgreSQL refuses a NUL or a text that is too long, where SQLite does not.

    What was looked for by such a name is not there.
    """
    if request.method in ("GET", "HEAD"):
        return not_found(request)
    return answer(
        request,
        ServerError(
            "text-unfit",
            "Something that was sent is too long, or has a character that cannot be kept.",
            "Type it again by hand.",
        ),
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """What is not allowed looks as if it were not there."""
    return not_found(request, exception)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form or a call without this session's token."""
    error = ServerError(
        "csrf",
        "The form is out of date, or was sent from another site.",
        "Load the page again and send it once more.",
        status=403,
    )
    return answer(request, error)


def broken(request: HttpRequest) -> HttpResponse:
    """An error of ours: nothing about it is shown."""
    if speaks_json(request):
        return problem(500, "server-broken", _("Something broke on our side."), _("Try again in a moment."))
    return render(request, "500.html", status=500)
