"""HTTP ranges over a file, streamed in pieces without holding a thread between them. RFC 9110, 14."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

PIECE = 256 * 1024
SINGLE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")


def parse(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte of a single range; None for no range or one that is to be ignored.

    Several ranges are ignored, as the RFC allows: the whole file is sent. Raises ValueError when no
    byte of the range exists (416).
    """
    match = SINGLE.fullmatch(header.strip())
    if not match or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if not first:
        if int(last) == 0 or size == 0:
            raise ValueError("no byte in range")
        return max(0, size - int(last)), size - 1
    if last and int(last) < int(first):
        return None
    if int(first) >= size:
        raise ValueError("no byte in range")
    return int(first), min(int(last or size - 1), size - 1)


def answer(request: HttpRequest, file: Path, etag: str, kind: str) -> HttpResponseBase:
    """The file, or the range of it that was asked for: 200, 206 or 416. etag: without quotes.

    Raises Http404 where the file is gone: its clip was deleted a moment ago.
    """
    try:
        size = file.stat().st_size
    except FileNotFoundError:
        raise Http404 from None
    tag = f'"{etag}"'
    wanted = request.headers.get("Range", "")
    if request.headers.get("If-Range", tag) != tag:
        wanted = ""
    try:
        found = parse(wanted, size)
    except ValueError:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    first, last = found or (0, size - 1)
    response = StreamingHttpResponse(
        pieces(file, first, last - first + 1), status=206 if found else 200, content_type=kind
    )
    response.headers["Content-Length"] = str(last - first + 1)
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = "private, no-store"
    if found:
        response.headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    return response


async def pieces(file: Path, start: int, length: int, before: bytes = b"") -> AsyncIterator[bytes]:
    """`before`, then `length` bytes of the file from `start`, in pieces."""
    if before:
        yield before
    with await asyncio.to_thread(file.open, "rb") as source:
        await asyncio.to_thread(source.seek, start)
        while length > 0:
            piece = await asyncio.to_thread(source.read, min(PIECE, length))
            if not piece:
                return
            length -= len(piece)
            yield piece
