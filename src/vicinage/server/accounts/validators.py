"""One more test of a password, for what Django's list of short common ones cannot hold."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from vicinage.server.accounts.models import User

FEWEST_SIGNS = 5


class NotAPattern:
    """Refuses a short piece said over and over, and few signs in many places. Length is no strength then."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raises ValidationError (password-pattern)."""
        lower = password.lower()
        piece = (lower + lower).find(lower, 1)
        if piece < len(lower) or len(set(lower)) < FEWEST_SIGNS:
            raise ValidationError(self.get_help_text(), code="password-pattern")

    def get_help_text(self) -> str:
        """What to do instead, in one sentence."""
        return _("The password should not be the same piece over and over, or made of very few signs.")
