"""Agencies' posts before they are public: submissions and their reviews. Private, and never changed."""

from django.conf import settings
from django.db import models

from vicinage.core.post import Post
from vicinage.server.feed.models import KINDS

APPROVED, REJECTED = "approved", "rejected"


class PostSubmission(models.Model):
    """A safety tip, update or community event that waits for, or has had, its review.

    starts_at, ends_at, place_words: of an event alone.
    """

    id = models.CharField(max_length=16, primary_key=True)
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=KINDS)
    title = models.CharField(max_length=300)
    text = models.TextField()
    place_words = models.CharField(max_length=300, blank=True)
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField()
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    def core(self) -> Post:
        """The post as the law knows it."""
        return Post(
            id=self.id,
            agency=self.agency_id,
            kind=self.kind,
            title=self.title,
            text=self.text,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            place_words=self.place_words,
        )


class PostReview(models.Model):
    """A moderator's decision on a post. There is one at most."""

    submission = models.OneToOneField(PostSubmission, on_delete=models.PROTECT, related_name="review")
    verdict = models.CharField(max_length=10, choices=[(APPROVED, APPROVED), (REJECTED, REJECTED)])
    reason = models.TextField(blank=True)
    moderator = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
