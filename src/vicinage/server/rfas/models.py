"""Requests for Assistance before they are public: drafts, submissions, reviews, and those passed on by mail.

All private. A draft may change. The others may not: triggers in the database refuse it.
"""

import json
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models

from vicinage.core import rfa as law
from vicinage.core.place import cells_of, parse_area
from vicinage.core.rfa import Rfa
from vicinage.core.span import Span
from vicinage.server.regime import queries as rules

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


class Opening(models.Model):
    """A moderator has begun to read a submission: it is in review. The first one only is noted."""

    submission = models.OneToOneField(Submission, on_delete=models.PROTECT, related_name="opening")
    moderator = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()


class Review(models.Model):
    """A moderator's decision on a submission. There is one at most; the database sees to it.

    The answers to the regime's questions stand in the log and beside it, and nowhere else.
    """

    submission = models.OneToOneField(Submission, on_delete=models.PROTECT, related_name="review")
    verdict = models.CharField(max_length=10, choices=[(APPROVED, APPROVED), (REJECTED, REJECTED)])
    reason = models.TextField(blank=True)
    moderator = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()


class MediatedRfa(models.Model):
    """An rfa that residents are told of by mail, and the public once it closes.

    The log holds a commitment to `fields` (entry `rfa.mediated`); `text` is what will stand beside the
    public entry. Once it is disclosed, the feed has a row of the same id.
    """

    submission = models.OneToOneField(
        Submission, primary_key=True, on_delete=models.PROTECT, related_name="mediated"
    )
    entry = models.OneToOneField("ledger.Entry", on_delete=models.PROTECT, related_name="+")
    fields = models.JSONField()
    text = models.BinaryField()
    at = models.DateTimeField()
    closes_at = models.DateTimeField()

    @property
    def open_until(self) -> datetime:
        """When it stops taking answers, unless resolved before: by its own rules and by later ones."""
        return min(self.closes_at, rules.published().open_until(self.submission.submitted_at, self.at))

    def state_at(self, at: datetime) -> str:
        """ "open" or "expired" at an instant; once resolved it is public."""
        return law.state(None, self.open_until, at)

    @property
    def words(self) -> dict[str, Any]:
        """The text as members: title, text, contact, review, salt. Empty once it was redacted."""
        return dict(json.loads(bytes(self.text))) if self.text else {}

    @property
    def cells(self) -> tuple[str, ...]:
        """The coarse cells that its area touches."""
        return tuple(cells_of(parse_area(self.fields["area"])))
