"""The posts app."""

from django.apps import AppConfig

from vicinage.server.ledger.triggers import Guard


class PostsConfig(AppConfig):
    """Names the app for Django, and the tables that only grow."""

    name = "vicinage.server.posts"
    label = "posts"
    guards = (
        Guard(
            "posts",
            "PostSubmission",
            erasable=("title", "text", "place_words"),
            redacted="id",
            told="post.published",
        ),
        Guard("posts", "PostReview"),
    )
