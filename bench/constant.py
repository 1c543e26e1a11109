"""The server with one more page, which returns a constant: the peer of bench/pages.py."""

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "vicinage.server.settings"

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

settings.ROOT_URLCONF = "bench.constant"

from vicinage.server.asgi import application  # noqa: E402 (the root of the routes is set first)

__all__ = ["application"]


def constant(request: HttpRequest) -> HttpResponse:
    """Nothing but Django, its middleware and the web server."""
    return HttpResponse("constant")


urlpatterns = [path("constant/", constant), path("", include("vicinage.server.urls"))]
