"""Where allauth asks us: a new person's row, and where people go once they are in."""

from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from vicinage.server import clock
from vicinage.server.accounts import queries
from vicinage.server.accounts.models import User

JUST_NOW = timedelta(minutes=5)


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Sign-up and log-in in our words."""

    def new_user(self, request: HttpRequest) -> User:
        """A person who joins now, not yet saved."""
        return User(joined_at=clock.now())

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """The first page by what a person is here for."""
        user: Any = request.user
        if user.is_officer:
            return "/agency/"
        if user.is_moderator:
            return "/moderation/"
        return "/operation/" if user.is_operator else "/home/"

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Ask for the password again before security changes, but not to set up the first one-time codes,
        with the recovery codes beside them, of a person who typed it within the last minutes.
        """
        user: Any = self.request.user
        if app == "allauth.mfa" and user.is_authenticated and _is_setting_up(user):
            return user.last_login is None or clock.now() - user.last_login > JUST_NOW
        return bool(super().is_reauthentication_required(app=app, **kwargs))


def _is_setting_up(user: User) -> bool:
    return not queries.has_any_factor(user) or clock.now() - user.joined_at <= JUST_NOW
