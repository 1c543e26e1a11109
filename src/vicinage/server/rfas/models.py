"""Requests for Assistance before they are public: drafts, submissions, reviews. All private.

A draft may change. A submission and its review may not: triggers in the database refuse it.
"""

from django.conf import settings
from django.db import models

from vicinage.core.place import parse_area
from vicinage.core.rfa import Rfa
from vicinage.core.span import Span

APPROVED, REJECTED = "approved", "rejected"


class Draft(models.Model):
    """What an officer has typed so far, kept as typed. Keys of `fields`: those of forms.RfaForm."""

    id = models.CharField(max_length=16, primary_key=True)
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="drafts")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    fields = models.JSONField()
    saved_at = models.DateTimeField()


class Submission(models.Model):
    """An rfa that passed the judge at `submitted_at` and waits for, or has had, its review.

    `incident` is the reference as the judge normalises it, for counting posts on one incident.
    """

    id = models.CharField(max_length=16, primary_key=True)
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="submissions")
    incident = models.TextField(db_index=True)
    reference = models.CharField(max_length=200)
    offence = models.CharField(max_length=100)
    title = models.CharField(max_length=300)
    text = models.TextField()
    contact = models.CharField(max_length=300)
    area = models.JSONField()
    window_from = models.DateTimeField()
    window_to = models.DateTimeField()
    submitted_at = models.DateTimeField()
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    def core(self) -> Rfa:
        """The rfa as the judge knows it."""
        return Rfa(
            id=self.id,
            agency=self.agency_id,
            reference=self.reference,
            offence=self.offence,
            title=self.title,
            text=self.text,
            contact=self.contact,
            area=parse_area(self.area),
            window=Span(self.window_from, self.window_to),
        )


class Review(models.Model):
    """A moderator's decision on a submission. There is one at most; the database sees to it."""

    submission = models.OneToOneField(Submission, on_delete=models.PROTECT, related_name="review")
    verdict = models.CharField(max_length=10, choices=[(APPROVED, APPROVED), (REJECTED, REJECTED)])
    reason = models.TextField(blank=True)
    moderator = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
