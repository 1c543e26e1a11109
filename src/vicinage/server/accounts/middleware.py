"""No page before the second factor is set up."""

from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext as _

from vicinage.server import errors
from vicinage.server.accounts import queries

OPEN = (
    *("/accounts/2fa/", "/accounts/logout/", "/accounts/reauthenticate/", "/accounts/script/", "/sw.js"),
    "/choices/",  # the link in a mail works for everybody who holds it
)


class SecondFactor(MiddlewareMixin):
    """Sends a signed-in person without one-time codes to the page that sets them up."""

    def process_request(self, request: HttpRequest) -> HttpResponseBase | None:
        """Let pass: nobody signed in, the set-up itself, log-out, and people who have one."""
        user = request.user
        if not user.is_authenticated or request.path.startswith(OPEN):
            return None
        if queries.has_second_factor(user):
            return None
        if errors.speaks_json(request):
            return errors.problem(
                403,
                "second-factor-missing",
                _("This account has no second factor yet; each account needs one."),
                _("Set up one-time codes at /accounts/2fa/totp/activate/."),
            )
        return HttpResponseRedirect(reverse("mfa_activate_totp"))
