"""The interface that a resident's browser or device speaks to, with its session."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from vicinage.server import bodies
from vicinage.server.agencies.doors import residents
from vicinage.server.library import actions, payloads, queries, ranges
from vicinage.wire import decode, encode
from vicinage.wire.household import PAGE_CLIPS, Camera, CameraToken, ClipPage, HouseholdKeys

BODY = 64 * 1024
JSON = "application/json"


@residents
@require_http_methods(["GET", "HEAD", "POST"])
def household(request: HttpRequest) -> HttpResponse:
    """GET the household's keys, null before they are made; POST them once."""
    if request.method == "POST":
        made = actions.make_household(request.user, decode(HouseholdKeys, bodies.read(request, BODY)))
        return _json(queries.keys_message(made), status=201)
    found = queries.household_of(request.user)
    return _json(None if found is None else queries.keys_message(found))


@residents
@require_http_methods(["GET", "HEAD", "POST"])
def cameras(request: HttpRequest) -> HttpResponse:
    """GET the household's cameras; POST a new one, answered with its hub's token."""
    if request.method == "POST":
        token = actions.add_camera(request.user, decode(Camera, bodies.read(request, BODY)))
        return _json(CameraToken(hub_token=token), status=201)
    return _json([queries.camera_message(camera) for camera in queries.visible_cameras(request.user)])


@residents
@require_GET
def clips(request: HttpRequest) -> HttpResponse:
    """GET a page of the library, newest first."""
    try:
        limit = min(max(int(request.GET.get("limit", "50")), 1), PAGE_CLIPS)
    except ValueError:
        limit = 50
    found, following = queries.page(request.user, request.GET.get("before"), limit)
    return _json(ClipPage(clips=[queries.clip_message(clip) for clip in found], next=following))


@residents
@require_GET
def clip(request: HttpRequest, clip: str) -> HttpResponse:
    """GET one clip: its header, label and thumbnail."""
    return _json(queries.clip_message(queries.own_clip(request.user, clip)))


@residents
@require_safe
def payload(request: HttpRequest, clip: str) -> HttpResponseBase:
    """GET the sealed payload, or one range of it."""
    row = queries.own_clip(request.user, clip)
    return ranges.answer(request, payloads.path(row.pk), row.payload_sha256, "application/octet-stream")


def _json(message: object, status: int = 200) -> HttpResponse:
    headers = {"Cache-Control": "private, no-store"}
    return HttpResponse(encode(message), status=status, content_type=JSON, headers=headers)
