"""People. One row a person; what they may do elsewhere is other apps' business.

What somebody wants to be told is a row about the person alone: no regime, agency or rfa is in it, so
it holds whatever rules are in force.
"""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _


class Users(BaseUserManager["User"]):
    """Finds people by e-mail address, whatever its letter case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """The person with this e-mail address. Raises User.DoesNotExist."""
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A person who signs in by e-mail address and password, with a second factor.

    is_moderator: reviews rfas before they are published. is_operator: verifies agencies.
    Everybody who is no officer of an agency may be a resident.
    """

    email = models.EmailField(_("e-mail address"), unique=True)
    is_active = models.BooleanField(default=True)
    is_moderator = models.BooleanField(default=False)
    is_operator = models.BooleanField(default=False)
    joined_at = models.DateTimeField()

    objects = Users()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    def __str__(self) -> str:
        return f"user {self.pk}"

    @property
    def is_officer(self) -> bool:
        """Does this person act for an agency at present (agencies.Officer, related "officerships")?"""
        officerships = getattr(self, "officerships", None)
        return officerships is not None and officerships.filter(removed_at=None).exists()


class Choices(models.Model):
    """What a person wants to be told. Who has no row wants all of it.

    is_out: out of everything, also of what is added later; the three others then count for nothing,
    and stay as they were. key: of the signed link in mails, chance alone, so that it tells of nobody.
    """

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="choices")
    key = models.CharField(max_length=16, unique=True)
    may_mail = models.BooleanField(default=True)
    may_push = models.BooleanField(default=True)
    may_show_rfas = models.BooleanField(default=True)
    is_out = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"choices {self.pk}"

    @property
    def takes_mail(self) -> bool:
        """May a request be mailed to this person?"""
        return self.may_mail and not self.is_out

    @property
    def takes_push(self) -> bool:
        """May it be pushed to their devices?"""
        return self.may_push and not self.is_out

    @property
    def sees_rfas(self) -> bool:
        """May it be shown on the pages that they come to by themselves?"""
        return self.may_show_rfas and not self.is_out
