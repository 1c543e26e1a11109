"""Agencies, their keys, verifications and suspensions.

The log holds each verification; the agency's row holds what the newest one says. Who an agency is,
its name, kind, level and domain, never changes. Agencies of one town may share its domain, one of a kind.
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
    """A public safety agency that operators have verified. verified_at, verified_entry: the first time.

    until: when the verification lapses. evidence: codes, sorted, parted by spaces. lon, lat: of its
    seat, degrees to three decimals. suspended_at: while it is. left_at: when it left, for good.
    """

    id = models.CharField(max_length=16, primary_key=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=KINDS)
    level = models.CharField(max_length=20, choices=LEVELS)
    domain = models.CharField(max_length=200)
    state = models.CharField(max_length=2, default="")
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    region = models.CharField(max_length=200)
    retention_days = models.PositiveIntegerField()
    phone = models.CharField(max_length=40)
    email = models.EmailField()
    created_at = models.DateTimeField()
    verified_at = models.DateTimeField(null=True)
    verified_entry = models.OneToOneField(
        "ledger.Entry", null=True, on_delete=models.PROTECT, related_name="+"
    )
    evidence = models.CharField(max_length=200, default="")
    approvals = models.PositiveIntegerField(default=0)
    until = models.DateTimeField(null=True)
    suspended_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    left_entry = models.OneToOneField("ledger.Entry", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["domain", "kind"],
                condition=models.Q(left_at=None),
                name="one_agency_of_a_kind_per_domain",
            )
        ]

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
            state=self.state,
            seat=None if self.lon is None or self.lat is None else (self.lon, self.lat),
            evidence=tuple(self.evidence.split()),
            approvals=self.approvals,
            until=self.until,
            suspended=self.suspended_at is not None,
        )


class AgencyKey(models.Model):
    """An age recipient that an agency published in the log, in force from `from_at` until revoked.

    recovery: the agency's identity, an age file under the agency's ten words, or None where the
    agency keeps the identity itself.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="keys")
    recipient = models.CharField(max_length=100)
    published_at = models.DateTimeField()
    from_at = models.DateTimeField()
    entry = models.OneToOneField("ledger.Entry", on_delete=models.PROTECT, related_name="+")
    recovery = models.BinaryField(null=True)


class Verification(models.Model):
    """One verification of an agency, the first or a renewal, as an entry of the log."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="verifications")
    verified_at = models.DateTimeField()
    until = models.DateTimeField()
    entry = models.OneToOneField("ledger.Entry", on_delete=models.PROTECT, related_name="+")


class Suspension(models.Model):
    """A suspension for a public reason; the reason is the text beside its log entry."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="suspensions")
    operator = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)
    suspended_at = models.DateTimeField()
    entry = models.OneToOneField("ledger.Entry", on_delete=models.PROTECT, related_name="+")
    reinstated_at = models.DateTimeField(null=True)
    reinstated_entry = models.OneToOneField(
        "ledger.Entry", null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency"], condition=models.Q(reinstated_at=None), name="one_suspension_at_a_time"
            )
        ]


class Reminder(models.Model):
    """A reminder that was mailed, so that it is not mailed again. about: a code and the date it is of."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="reminders")
    about = models.CharField(max_length=60)
    sent_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "about"], name="one_reminder_each")]
