"""Who may come in: each decorator lets one role pass and shows everybody else nothing.

A signed-in person without the role gets the 404 of a page that is not there. A person who is not
signed in is sent to the log-in page, whatever the address names, so that it tells nothing either.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from vicinage.server import clock, errors
from vicinage.server.agencies import actions, queries
from vicinage.server.agencies.models import Officer

View = Callable[..., HttpResponseBase]


class OfficerRequest(HttpRequest):
    """A request behind `officers`: the person's standing is on it."""

    officer: Officer


def _door(may_pass: Callable[[Any], bool]) -> Callable[[View], View]:
    """A decorator: sign-in first, then the role, else 404."""

    def decorate(view: View) -> View:
        @wraps(view)
        def inside(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return _sign_in(request)
            if not may_pass(request):
                raise Http404
            return view(request, *args, **kwargs)

        return inside

    return decorate


def _sign_in(request: HttpRequest) -> HttpResponseBase:
    if errors.speaks_json(request):
        return errors.problem(401, "sign-in", _("This needs a signed-in person."), _("Log in first."))
    return redirect_to_login(request.get_full_path())


def _is_officer(request: Any) -> bool:
    request.officer = queries.officer_of(request.user)
    if request.officer is not None:
        actions.touch(request.officer, clock.now())
    return request.officer is not None


def _opens(request: Any) -> bool:
    """A suspended agency opens nothing that it was given. Raises AgencyConflictError, which says so."""
    actions.must_open(request.officer.agency)
    return True


officers = _door(_is_officer)
askers = _door(lambda request: _is_officer(request) and request.officer.may_ask)
keepers = _door(
    lambda request: _is_officer(request) and (request.officer.may_collect or request.officer.is_admin)
)
collectors = _door(lambda request: _is_officer(request) and request.officer.may_collect and _opens(request))
attesters = _door(lambda request: _is_officer(request) and request.officer.may_collect)
admins = _door(lambda request: _is_officer(request) and request.officer.is_admin)
residents = _door(lambda request: not _is_officer(request))
moderators = _door(lambda request: request.user.is_moderator)
operators = _door(lambda request: request.user.is_operator)
