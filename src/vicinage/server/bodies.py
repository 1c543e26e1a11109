"""Reads a request's body, within a limit."""

from django.http import HttpRequest

from vicinage.server.errors import ServerError


def read(request: HttpRequest, limit: int) -> bytes:
    """The body, at most `limit` bytes. Raises ServerError (body-too-large, 413)."""
    try:
        length = int(request.headers.get("Content-Length") or 0)
    except ValueError:
        length = 0
    if length <= limit:
        data = request.read(limit + 1)
        if len(data) <= limit:
            return data
    raise ServerError(
        "body-too-large",
        f"The body should have at most {limit} bytes.",
        "Send it in smaller parts.",
        status=413,
    )
