"""Where allauth asks us: a new person's row, and where people go once they are in."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from vicinage.server import clock
from vicinage.server.accounts.models import User


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
