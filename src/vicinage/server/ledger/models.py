"""Rows of the log. The tables only grow: the database itself refuses to change or drop a row.

One exception: the text of an entry may be blanked once a redaction of it stands here, and so in the log.
"""

from typing import ClassVar

from django.db import models


class Entry(models.Model):
    """An event, written in the transaction that changed the state; the log's outbox.

    leaf: the bytes that the log commits to. text: bytes served beside the log, or NULL.
    private: the leaf is a bare commitment, published in padded batches. A pad has kind "pad".
    """

    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=100)
    leaf = models.BinaryField()
    text = models.BinaryField(null=True)
    private = models.BooleanField()
    recorded_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["kind", "subject"], name="ledger_entry_subject")]

    def __str__(self) -> str:
        return f"entry {self.pk} {self.kind}"


class Place(models.Model):
    """The index that an entry has in the log, given once, before any signature covers it."""

    index = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="place")

    def __str__(self) -> str:
        return f"index {self.index}"


class Redaction(models.Model):
    """The text beside `entry` was taken down; `event` is the log's own entry that says so."""

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="redaction")
    event = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"redaction of entry {self.entry_id}"
