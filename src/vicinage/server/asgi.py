"""The ASGI application that granian serves, with a limit on every body."""

import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, cast

from django.conf import settings
from django.core.asgi import get_asgi_application

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]


class BodyTooLargeError(Exception):
    """More bytes arrived than any request of ours may have."""


def limited(app: App, limit: int) -> App:
    """`app`, but a body of more than `limit` bytes is answered 413 and never reaches the disk.

    Django spools a body before it calls the view, whatever its length, so the limit stands in front.
    """

    async def front(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _live(receive, send)
            return
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > limit:
                raise BodyTooLargeError
            return message

        try:
            await app(scope, counted, send)
        except BodyTooLargeError:
            await send({"type": "http.response.start", "status": 413, "headers": [(b"connection", b"close")]})
            await send({"type": "http.response.body", "body": b""})

    return front


async def _live(receive: Receive, send: Send) -> None:
    """Answer the web server's start and stop; Django itself knows nothing of them."""
    while True:
        word = (await receive())["type"]
        await send({"type": f"{word}.complete"})
        if word == "lifespan.shutdown":
            return


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vicinage.server.settings")
application = limited(cast(App, get_asgi_application()), settings.VICINAGE_BODY_LIMIT)
