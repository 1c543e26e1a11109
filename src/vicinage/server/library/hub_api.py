"""The interface that a home hub speaks to. A bearer token names the camera; it can only add clips."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vicinage.core.span import format_instant
from vicinage.server import bodies, clock, errors
from vicinage.server.library import actions, queries
from vicinage.server.library.errors import LibraryError, OffsetError
from vicinage.server.library.models import Camera
from vicinage.wire import decode, encode
from vicinage.wire.hub import OFFER_LIMIT, PART_BYTES, UPLOAD_OFFSET, ClipOffer, ServerTime, UploadState

JSON = "application/json"


def hubs(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let a request with a known hub token pass, with its camera; answer 401 to any other."""

    @csrf_exempt
    @wraps(view)
    def inside(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
        camera = queries.camera_of_token(token.strip()) if scheme.lower() == "bearer" and token else None
        if camera is None:
            response = errors.problem(
                401, "hub-token", _("The hub's token is not known."), _("Pair the hub with its camera again.")
            )
            response["WWW-Authenticate"] = "Bearer"
            return response
        return view(request, camera, *args, **kwargs)

    return inside


@hubs
@require_POST
def offer(request: HttpRequest, camera: Camera) -> HttpResponse:
    """POST /api/hub/clips: a clip is announced. Again and again is as good as once."""
    told = decode(ClipOffer, bodies.read(request, OFFER_LIMIT), OFFER_LIMIT)
    return _json(actions.offer_clip(camera, told))


@hubs
@require_http_methods(["HEAD", "PATCH"])
def payload(request: HttpRequest, camera: Camera, clip: str) -> HttpResponse:
    """HEAD tells how many bytes are here; PATCH appends a part at Upload-Offset."""
    row = queries.offered(camera, clip)
    if row is None:
        if not queries.is_deleted(camera, clip):
            raise Http404
        return _json(UploadState(offset=0, complete=True))
    if request.method == "HEAD":
        return _json(actions.state_of(row))
    part = bodies.read(request, PART_BYTES)
    try:
        return _json(actions.append(row, _offset(request), part))
    except OffsetError as error:
        state = UploadState(offset=error.offset, complete=error.offset == row.payload_size)
        return _json(state, status=error.status)


@require_safe
def time(request: HttpRequest) -> HttpResponse:
    """GET /api/time: the server's clock, by which a hub measures its own."""
    response = _json(ServerTime(now=format_instant(clock.now(), milliseconds=True)))
    response["Cache-Control"] = "no-store"
    return response


def _offset(request: HttpRequest) -> int:
    text = request.headers.get(UPLOAD_OFFSET, "")
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise LibraryError(
            "upload-offset-missing", f"The header {UPLOAD_OFFSET} should be a number of bytes."
        )
    return int(text)


def _json(message: UploadState | ServerTime, status: int = 200) -> HttpResponse:
    response = HttpResponse(encode(message), status=status, content_type=JSON)
    if isinstance(message, UploadState):
        response[UPLOAD_OFFSET] = str(message.offset)
    return response
