"""The stream of a person's notices over HTTP."""

from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from vicinage.server import clock, errors
from vicinage.server.agencies.doors import residents
from vicinage.server.notices import stream


@residents
@require_GET
def events(request: HttpRequest) -> HttpResponseBase:
    """GET /home/events/: text/event-stream, for as long as the reader stays, ten minutes at most."""
    if stream.open_streams[request.user.pk] >= stream.MOST_AT_ONCE:
        return errors.problem(429, "streams", _("Too many pages of this account listen already."))
    since = stream.parse_last(request.headers.get("Last-Event-ID"), clock.now())
    return StreamingHttpResponse(
        stream.events(request.user, since),
        content_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )
