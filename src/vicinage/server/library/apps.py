"""The library app."""

from typing import ClassVar

from django.apps import AppConfig


class LibraryConfig(AppConfig):
    """Names the app for Django, and what it has to tell people as it happens (see notices)."""

    name = "vicinage.server.library"
    label = "library"
    tells: ClassVar = ("vicinage.server.library.queries.arrivals",)
