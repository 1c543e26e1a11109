"""Lawful assemblies that residents entered, for reviewers to compare requests with. Public, each in the log.

Rows are never changed: one that was taken back, or replaced by another, has a row that says so. Who
entered it is known to the server alone. Title and link stand beside the log's entry, not here.
"""

import json
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from vicinage.core import assembly as law
from vicinage.core.place import parse_area
from vicinage.core.span import Span


class Assembly(models.Model):
    """One assembly as entered. replaces: the earlier entry of the same person that this one corrects."""

    id = models.CharField(max_length=16, primary_key=True)
    entry = models.OneToOneField("ledger.Entry", on_delete=models.PROTECT, related_name="+")
    area = models.JSONField()
    window_from = models.DateTimeField(db_index=True)
    window_to = models.DateTimeField()
    replaces = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="replaced_by")
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = _("assemblies")

    def __str__(self) -> str:
        return self.title

    @cached_property
    def told(self) -> dict[str, Any]:
        """The text beside the entry; empty once it was redacted."""
        text = self.entry.text
        return {} if text is None else dict(json.loads(bytes(text)))

    @property
    def title(self) -> str:
        """The title, or what stands in its place after a redaction."""
        return str(self.told.get("title") or _("Text taken down"))

    @property
    def link(self) -> str:
        """An address with more about it, or empty."""
        return str(self.told.get("link", ""))

    @property
    def window(self) -> Span:
        """When it takes place."""
        return Span(self.window_from, self.window_to)

    @property
    def state(self) -> str:
        """ "standing", "withdrawn" or "replaced"."""
        if getattr(self, "withdrawal", None) is not None:
            return "withdrawn"
        return "standing" if getattr(self, "replaced_by", None) is None else "replaced"

    def core(self) -> law.Assembly:
        """The assembly as the law knows it."""
        return law.Assembly(self.id, self.title, parse_area(self.area), self.window)


class Withdrawal(models.Model):
    """Who entered it took it back."""

    assembly = models.OneToOneField(Assembly, on_delete=models.PROTECT, related_name="withdrawal")
    entry = models.OneToOneField("ledger.Entry", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
