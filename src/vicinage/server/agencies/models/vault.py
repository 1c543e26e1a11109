"""Revoked keys, officers' own keys, and the agency's identity sealed to each of them."""

from django.conf import settings
from django.db import models


class KeyRevocation(models.Model):
    """Nothing is sealed to this key any more. What was sealed to it before still opens with it."""

    key = models.OneToOneField("agencies.AgencyKey", on_delete=models.PROTECT, related_name="revocation")
    reason = models.CharField(max_length=20)
    at = models.DateTimeField()
    entry = models.OneToOneField("ledger.Entry", on_delete=models.PROTECT, related_name="+")


class OfficerKey(models.Model):
    """A collecting officer's own key, made in their browser.

    recovery: its text as an age file under the officer's ten words. Only the public half is readable
    here.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, primary_key=True, related_name="officer_key"
    )
    recipient = models.CharField(max_length=100, unique=True)
    recovery = models.BinaryField()
    made_at = models.DateTimeField()


class KeyShare(models.Model):
    """The identity of an agency's key, as an age file to one officer's own key. Gone when they leave."""

    key = models.ForeignKey("agencies.AgencyKey", on_delete=models.PROTECT, related_name="shares")
    officer = models.ForeignKey("agencies.Officer", on_delete=models.PROTECT, related_name="shares")
    sealed = models.BinaryField()
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "officer"], name="one_share_per_officer")]
