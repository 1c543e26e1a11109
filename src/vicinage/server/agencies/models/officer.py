"""Who may act for an agency, who was invited, and what each has done."""

import json

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

REMOVED_FOR = [
    ("removed", _("ended by the agency's admin")),
    ("operator", _("ended by the operator")),
    ("idle", _("closed after 180 days without use")),
    ("agency-left", _("the agency left")),
]


class Officer(models.Model):
    """A person who acts for one agency: may ask (post requests), may collect (open hand-overs), is admin.

    active_at: when last used, within a day. Removing sets `removed_at`; the row stays, for the record
    of who did what.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="officerships")
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="officers")
    may_ask = models.BooleanField(default=False)
    may_collect = models.BooleanField(default=False)
    is_admin = models.BooleanField(default=False)
    added_at = models.DateTimeField()
    active_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)
    removed_for = models.CharField(max_length=20, choices=REMOVED_FOR, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(removed_at=None), name="one_agency_per_officer"
            )
        ]


class Invitation(models.Model):
    """A link sent to an official e-mail address. It lapses after 90 days and works once.

    Only the SHA-256 of its token is kept. inviter: the admin, or NULL when the operator invites.
    """

    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="invitations")
    inviter = models.ForeignKey(Officer, null=True, on_delete=models.PROTECT, related_name="+")
    email = models.EmailField()
    may_ask = models.BooleanField(default=False)
    may_collect = models.BooleanField(default=False)
    is_admin = models.BooleanField(default=False)
    token_sha256 = models.CharField(max_length=64, unique=True)
    invited_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)


class OfficerAct(models.Model):
    """One act of one officer: for the agency and for auditors, never public by name.

    what: a code. subject: the id of what was acted on. opening: JSON that opens the log's commitment.
    """

    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="acts")
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="acts")
    what = models.CharField(max_length=40)
    subject = models.CharField(max_length=200)
    at = models.DateTimeField()
    opening = models.BinaryField()
    entry = models.OneToOneField("ledger.Entry", on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["agency", "-at"], name="agencies_act_of_agency")]

    @property
    def by(self) -> str:
        """The officer's address when it was done, as the log commits to it: accounts may change theirs."""
        return str(json.loads(bytes(self.opening))["fields"]["officer"]["value"])


class ListReview(models.Model):
    """An admin has looked through the agency's list of officers."""

    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="list_reviews")
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField()
    officers = models.PositiveIntegerField()
