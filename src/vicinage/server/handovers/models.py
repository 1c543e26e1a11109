"""Hand-overs: what one household gave to one agency, for one published request.

Private to the two sides. The log holds a commitment alone.
"""

from functools import cached_property

from django.conf import settings
from django.db import models

from vicinage.server.mediation import asking
from vicinage.server.mediation.asking import Asking
from vicinage.server.rfas.models import MediatedRfa


class Handover(models.Model):
    """A consent statement as signed in the owner's browser, and the receipt's parts.

    statement, opening: JSON as core.consent reads it; signature: base64 Ed25519 of the household.
    rfa: public, or passed on by mail; its words are read through `asked`, so that what is taken down by
    law is gone here too. rfa_entry: the log's entry of it that the consent names.
    delete_by: when the retention that the agency promised ends. dropped_at: when our copy of what was
    handed over went, for whatever reason.
    """

    id = models.CharField(max_length=16, primary_key=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="handovers")
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="handovers")
    rfa = models.ForeignKey("rfas.Submission", on_delete=models.PROTECT, related_name="+")
    rfa_entry = models.ForeignKey("ledger.Entry", on_delete=models.PROTECT, related_name="+")
    entry = models.OneToOneField("ledger.Entry", on_delete=models.PROTECT, related_name="+")
    agency_key_entry = models.ForeignKey("ledger.Entry", on_delete=models.PROTECT, related_name="+")
    statement = models.JSONField()
    signature = models.CharField(max_length=100)
    commitment = models.CharField(max_length=64)
    opening = models.JSONField()
    at = models.DateTimeField()
    delete_by = models.DateTimeField(db_index=True)
    dropped_at = models.DateTimeField(null=True)

    @cached_property
    def asked(self) -> Asking:
        """What was asked, as it may be shown today."""
        found = asking.of_submission(self.rfa_id)
        assert found is not None  # noqa: S101 (a hand-over protects what it answers)
        return found

    @property
    def mediated(self) -> MediatedRfa | None:
        """What the consent's entry commits to, where it names a mediated one; whatever became of it since."""
        return MediatedRfa.objects.filter(entry_id=self.rfa_entry_id).first()


class HandoverClip(models.Model):
    """One clip of a hand-over. `header`: age header for the agency; header || payload is an age file.

    `clip` is an id, not a foreign key: deleting the clip at home does not take back what was handed
    over; withdrawing does. hub_statement: {"statement", "signature"} as the hub signed it.
    """

    handover = models.ForeignKey(Handover, on_delete=models.PROTECT, related_name="clips")
    clip = models.CharField(max_length=16)
    header = models.BinaryField()
    hub_statement = models.JSONField()
    start = models.DateTimeField()
    end = models.DateTimeField()
    payload_size = models.BigIntegerField()

    class Meta:
        ordering = ["start", "id"]
        constraints = [models.UniqueConstraint(fields=["handover", "clip"], name="clip_once_per_handover")]


class Withdrawal(models.Model):
    """The owner withdrew: from this moment the agency is served nothing of the hand-over."""

    handover = models.OneToOneField(Handover, on_delete=models.PROTECT, related_name="withdrawal")
    entry = models.OneToOneField("ledger.Entry", on_delete=models.PROTECT, related_name="+")
    commitment = models.CharField(max_length=64)
    opening = models.JSONField()
    at = models.DateTimeField()


class Collection(models.Model):
    """The agency downloaded something of a hand-over, for a reason. The owner sees what and when alone."""

    handover = models.ForeignKey(Handover, on_delete=models.PROTECT, related_name="collections")
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=40)
    reason = models.CharField(max_length=120)
    at = models.DateTimeField()


class Deletion(models.Model):
    """An officer attests that the agency has deleted what it was given. The owner sees when, not who."""

    handover = models.OneToOneField(Handover, on_delete=models.PROTECT, related_name="deletion")
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entry = models.OneToOneField("ledger.Entry", on_delete=models.PROTECT, related_name="+")
    commitment = models.CharField(max_length=64)
    opening = models.JSONField()
    at = models.DateTimeField()


class RetentionReminder(models.Model):
    """The agency was reminded by mail: that the time it may keep a hand-over ends soon, or has ended."""

    handover = models.ForeignKey(Handover, on_delete=models.PROTECT, related_name="reminders")
    about = models.CharField(max_length=10)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["handover", "about"], name="one_retention_reminder")]
