"""The posts app."""

from django.apps import AppConfig


class PostsConfig(AppConfig):
    """Names the app for Django, and the tables that only grow."""

    name = "vicinage.server.posts"
    label = "posts"
    guards = ()
