"""What is published: Requests for Assistance as residents and everyone else read them.

These rows are never changed or deleted: triggers in the database refuse it. A later state, such as
"resolved", is a row of its own. They hold nothing private: no officer, no reader, no answer.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from vicinage.core.span import Span


class PublishedRfa(models.Model):
    """One published Request for Assistance. `area`: GeoJSON Polygon; `number`: 1 or 2 of its incident.

    `entry` is its place in the log; a reader sees the row once the log has given it an index.
    """

    id = models.CharField(max_length=16, primary_key=True)
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="rfas")
    entry = models.OneToOneField("ledger.Entry", on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(max_length=200)
    offence = models.CharField(max_length=100)
    title = models.CharField(max_length=300)
    text = models.TextField()
    contact = models.CharField(max_length=300)
    area = models.JSONField()
    area_m2 = models.FloatField()
    window_from = models.DateTimeField()
    window_to = models.DateTimeField()
    number = models.PositiveSmallIntegerField()
    regime = models.CharField(max_length=50)
    submitted_at = models.DateTimeField()
    published_at = models.DateTimeField()

    class Meta:
        verbose_name = _("published Request for Assistance")

    def __str__(self) -> str:
        return self.title

    @property
    def window(self) -> Span:
        """The time asked for."""
        return Span(self.window_from, self.window_to)

    @property
    def resolved_at(self) -> object:
        """When the agency marked it resolved, or None while it is open."""
        resolution = getattr(self, "resolution", None)
        return resolution.at if resolution else None


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
