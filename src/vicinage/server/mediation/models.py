"""Where a mediated rfa reaches, and the mails that are still owed of it.

All of it is gone once the rfa closes: there is no table from which anyone could later read who was
asked, how many they were, or whether and when they were told.
"""

from typing import ClassVar

from django.conf import settings
from django.db import models


class Reach(models.Model):
    """A coarse H3 cell that an open mediated rfa touches. rfa: its id."""

    rfa = models.CharField(max_length=16)
    cell = models.CharField(max_length=16, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rfa", "cell"], name="mediation_cell_once")]

    def __str__(self) -> str:
        return f"reach of {self.rfa}"


class Delivery(models.Model):
    """One mail of one rfa to one person, owed from due_at until it is done.

    due_at: a chance instant, later put off where a mail server asks to come again. held_until: a round
    has it in hand; after that instant the round is taken for dead. is_done: nothing more will be tried,
    whether it arrived or not.
    """

    rfa = models.CharField(max_length=16)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    due_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    held_until = models.DateTimeField(null=True)
    is_done = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rfa", "user"], name="mediation_one_mail_each")]
        indexes: ClassVar = [models.Index(fields=["is_done", "due_at"], name="mediation_due")]

    def __str__(self) -> str:
        return f"delivery {self.pk}"
