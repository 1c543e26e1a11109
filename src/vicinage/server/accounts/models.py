"""People. One row a person; what they may do elsewhere is other apps' business."""

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
