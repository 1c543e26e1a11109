"""What is published: Requests for Assistance and agencies' posts, as everyone reads them.

These rows are never changed or deleted: triggers in the database refuse it. A later state, such as
"resolved", is a row of its own; "expired" follows from the clock. They hold nothing private: no officer,
no reader, no answer. Nor do they hold free text: that stands once, beside the log's entry, so that what
is taken down there by law is gone here too.
"""

import json
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from vicinage.core import rfa as law
from vicinage.core.span import Span
from vicinage.server import clock
from vicinage.server.regime import queries as rules

KINDS = [("tip", _("Safety tip")), ("update", _("Update")), ("event", _("Community event"))]


class Told(models.Model):
    """What was told in an entry of the log, with text beside it. A reader sees the row once the entry
    has an index."""

    entry = models.OneToOneField("ledger.Entry", on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField()

    class Meta:
        abstract = True

    @cached_property
    def told(self) -> dict[str, Any]:
        """The text beside the entry; empty once it was redacted."""
        text = self.entry.text
        return {} if text is None else dict(json.loads(bytes(text)))

    @property
    def is_redacted(self) -> bool:
        """Whether the text beside the log was taken down. The entry itself stays."""
        return not self.told

    @property
    def title(self) -> str:
        """The title, or what stands in its place after a redaction."""
        return str(self.told.get("title") or _("Text taken down"))

    @property
    def text(self) -> str:
        """The text; empty once it was redacted."""
        return str(self.told.get("text", ""))


class PublishedRfa(Told):
    """One published Request for Assistance. `area`: GeoJSON Polygon; `number`: 1 or 2 of its incident.

    first: id of the incident's first post, where this is a later one. mediated_entry: the commitment in the
    log, where the request was passed on by mail before it became public. closes_at: until when it took
    answers by the rules of its submission; rules that end requests may end it earlier.
    """

    id = models.CharField(max_length=16, primary_key=True)
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="rfas")
    reference = models.CharField(max_length=200)
    offence = models.CharField(max_length=100)
    area = models.JSONField()
    area_m2 = models.FloatField()
    window_from = models.DateTimeField()
    window_to = models.DateTimeField()
    number = models.PositiveSmallIntegerField()
    first = models.CharField(max_length=16, blank=True, db_index=True)
    regime = models.CharField(max_length=50)
    submitted_at = models.DateTimeField()
    approved_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    mediated_entry = models.OneToOneField(
        "ledger.Entry", null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("published Request for Assistance")

    def __str__(self) -> str:
        return self.title

    @property
    def contact(self) -> str:
        """The investigator's e-mail or telephone; empty once the text was redacted."""
        return str(self.told.get("contact", ""))

    @property
    def reasons(self) -> dict[str, str]:
        """What the moderator wrote beside an answer, by question."""
        return dict(self.told.get("review", {}))

    @property
    def answers(self) -> dict[str, str]:
        """The moderator's answers as logged: question to "yes" or "no"."""
        return dict(json.loads(bytes(self.entry.leaf)).get("review", {}))

    @property
    def window(self) -> Span:
        """The time asked for."""
        return Span(self.window_from, self.window_to)

    @property
    def resolved_at(self) -> datetime | None:
        """When the agency marked it resolved, or None."""
        resolution = getattr(self, "resolution", None)
        return resolution.at if resolution else None

    @property
    def open_until(self) -> datetime:
        """When it stops taking answers unless resolved before: by its own rules and by later ones."""
        return min(self.closes_at, rules.published().open_until(self.submitted_at, self.approved_at))

    def state_at(self, at: datetime) -> str:
        """ "open", "resolved" or "expired" at an instant."""
        return law.state(self.resolved_at, self.open_until, at)

    @property
    def state(self) -> str:
        """The state now."""
        return self.state_at(clock.now())

    @property
    def is_open(self) -> bool:
        """Whether it takes answers now."""
        return self.state == "open"


class RfaCell(models.Model):
    """A coarse H3 cell that an rfa's area touches: homes ask for the cell, never with a place."""

    rfa = models.ForeignKey(PublishedRfa, on_delete=models.PROTECT, related_name="cells")
    cell = models.CharField(max_length=16, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rfa", "cell"], name="one_row_per_cell")]


class Resolution(models.Model):
    """The agency said the matter is closed; hand-overs to this rfa end here."""

    rfa = models.OneToOneField(PublishedRfa, on_delete=models.PROTECT, related_name="resolution")
    entry = models.OneToOneField("ledger.Entry", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()


class PublishedPost(Told):
    """An agency's safety tip, update or community event. Events have times and a place in words."""

    id = models.CharField(max_length=16, primary_key=True)
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="posts")
    kind = models.CharField(max_length=10, choices=KINDS)
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.title

    @property
    def place_words(self) -> str:
        """Where an event is, in words."""
        return str(self.told.get("place_words", ""))
