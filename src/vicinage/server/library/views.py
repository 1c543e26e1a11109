"""A resident's pages: the library, the key, the cameras, the player. Names and pictures are sealed;
the islands open them in the browser."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_POST, require_safe

from vicinage.server.accounts import queries as accounts
from vicinage.server.agencies.doors import residents
from vicinage.server.library import actions, payloads, queries, ranges

PAGE = 30


@residents
@require_safe
@ensure_csrf_cookie
def home(request: HttpRequest) -> HttpResponse:
    """GET /home/: clips by time, newest first."""
    found, following = queries.page(request.user, request.GET.get("before"), PAGE)
    context = {
        "household": queries.household_of(request.user),
        "cameras": list(queries.visible_cameras(request.user)),
        "clips": found,
        "next": following,
        "island": {"shows_rfas": accounts.sees_rfas(request.user)},
    }
    return render(request, "library/home.html", context)


@residents
@require_safe
@ensure_csrf_cookie
def key(request: HttpRequest) -> HttpResponse:
    """GET /home/key/: make the household key, or open it on this device."""
    found = queries.household_of(request.user)
    return render(request, "library/key.html", {"household": found})


@residents
@require_safe
@ensure_csrf_cookie
def cameras(request: HttpRequest) -> HttpResponse:
    """GET /home/cameras/: the household's cameras, and how to add one."""
    found = list(queries.visible_cameras(request.user))
    context = {"household": queries.household_of(request.user), "cameras": found}
    return render(request, "library/cameras.html", context)


@residents
@require_safe
@ensure_csrf_cookie
def player(request: HttpRequest, clip: str) -> HttpResponse:
    """GET /home/clips/<id>/: play, download or delete one clip."""
    row = queries.own_clip(request.user, clip)
    return render(request, "library/player.html", {"clip": row, "data": {"clip": row.pk}})


@residents
@require_safe
def clip_age(request: HttpRequest, clip: str) -> HttpResponseBase:
    """GET /home/clips/<id>/clip.age: header and payload in one, an ordinary age file."""
    row = queries.own_clip(request.user, clip)
    if not payloads.is_whole(row.pk):
        raise Http404  # deleted a moment ago
    header = bytes(row.header)
    response = StreamingHttpResponse(
        ranges.pieces(payloads.path(row.pk), 0, row.payload_size, before=header),
        content_type="application/octet-stream",
    )
    response.headers["Content-Length"] = str(len(header) + row.payload_size)
    response.headers["Content-Disposition"] = f'attachment; filename="{row.pk}.age"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


@residents
@require_POST
def delete(request: HttpRequest, clip: str) -> HttpResponse:
    """POST /home/clips/<id>/delete/: the clip is gone, here and now."""
    actions.delete_clip(request.user, clip)
    return redirect("library_home")
