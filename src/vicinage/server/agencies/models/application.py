"""An agency's application, and its yearly renewal: facts, evidence, two approvals."""

from django.conf import settings
from django.db import models

from vicinage.server.agencies.models.agency import KINDS, LEVELS


class Application(models.Model):
    """What an agency says of itself, and what operators found out.

    `renews` names the agency whose verification this renews. Only the SHA-256 of the mailed link's
    token is kept. Signed once; decided once.
    """

    id = models.CharField(max_length=16, primary_key=True)
    renews = models.ForeignKey(
        "agencies.Agency", null=True, on_delete=models.PROTECT, related_name="renewals"
    )
    agency = models.ForeignKey("agencies.Agency", null=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=20, choices=KINDS)
    level = models.CharField(max_length=20, choices=LEVELS)
    domain = models.CharField(max_length=200)
    state = models.CharField(max_length=2)
    region = models.CharField(max_length=120)
    retention_days = models.PositiveIntegerField()
    phone = models.CharField(max_length=40)
    email = models.EmailField()
    applicant_email = models.EmailField()
    applied_at = models.DateTimeField()
    token_sha256 = models.CharField(max_length=64, unique=True)

    signed_name = models.CharField(max_length=120)
    signed_title = models.CharField(max_length=120)
    signed_at = models.DateTimeField(null=True)
    signed_text = models.TextField()
    signed_sha256 = models.CharField(max_length=64)

    challenge = models.CharField(max_length=64)
    challenge_met_at = models.DateTimeField(null=True)
    domain_listing = models.ForeignKey(
        "agencies.DomainListing", null=True, on_delete=models.PROTECT, related_name="+"
    )
    directory_listing = models.ForeignKey(
        "agencies.DirectoryListing", null=True, on_delete=models.PROTECT, related_name="+"
    )
    called_number = models.CharField(max_length=40)
    called_source = models.CharField(max_length=300)
    called_person = models.CharField(max_length=120)
    called_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    called_at = models.DateTimeField(null=True)

    decided_at = models.DateTimeField(null=True)
    refused_for = models.CharField(max_length=500)

    def __str__(self) -> str:
        return f"application {self.id}"


class Approval(models.Model):
    """One operator's approval of an application as it stood: `shown_sha256` is the hash of what was shown.

    It counts for as long as the application is still that.
    """

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="approvals")
    operator = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField()
    shown_sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["application", "operator", "shown_sha256"], name="one_approval_per_operator"
            )
        ]
