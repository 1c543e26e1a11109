"""Rows of the log. Both tables only grow: the database itself refuses to change or drop a row."""

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
