"""Agencies, their keys, and who may act for them.

An agency's facts are fixed at verification: the log holds what was verified. Officers are never
named in public.
"""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from vicinage.core import agency as core

KINDS = [("police", _("Police")), ("fire", _("Fire")), ("emergency", _("Emergency management"))]
LEVELS = [
    ("local", _("Local")),
    ("county", _("County")),
    ("state", _("State")),
    ("tribal", _("Tribal")),
    ("campus", _("Campus")),
    ("federal", _("Federal")),
]


class Agency(models.Model):
    """A public safety agency. `verified_at` is empty until an operator has verified it."""

    id = models.CharField(max_length=16, primary_key=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=KINDS)
    level = models.CharField(max_length=20, choices=LEVELS)
    domain = models.CharField(max_length=200, unique=True)
    region = models.CharField(max_length=200)
    retention_days = models.PositiveIntegerField()
    phone = models.CharField(max_length=40)
    email = models.EmailField()
    created_at = models.DateTimeField()
    verified_at = models.DateTimeField(null=True)
    verified_entry = models.OneToOneField(
        "ledger.Entry", null=True, on_delete=models.PROTECT, related_name="+"
    )

    def __str__(self) -> str:
        return self.name

    def core(self) -> core.Agency:
        """The agency as the judge knows it."""
        return core.Agency(
            id=self.id,
            name=self.name,
            kind=self.kind,
            level=self.level,
            domain=self.domain,
            region=self.region,
            retention_days=self.retention_days,
            phone=self.phone,
            email=self.email,
        )


class AgencyKey(models.Model):
    """An age recipient that an agency published in the log. The newest one is in force."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="keys")
    recipient = models.CharField(max_length=100)
    published_at = models.DateTimeField()
    entry = models.OneToOneField("ledger.Entry", on_delete=models.PROTECT, related_name="+")


class Officer(models.Model):
    """A person who acts for one agency: may ask (post requests), may collect (open hand-overs).

    Removing sets `removed_at`; the row stays, for the record of who did what.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="officerships")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="officers")
    may_ask = models.BooleanField(default=False)
    may_collect = models.BooleanField(default=False)
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(removed_at=None), name="one_agency_per_officer"
            )
        ]


class Invitation(models.Model):
    """A link sent to an official e-mail address. It lapses after 90 days and works once.

    Only the SHA-256 of its token is kept.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="invitations")
    email = models.EmailField()
    may_ask = models.BooleanField(default=False)
    may_collect = models.BooleanField(default=False)
    token_sha256 = models.CharField(max_length=64, unique=True)
    invited_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
