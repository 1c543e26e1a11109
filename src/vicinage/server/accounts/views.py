"""What a person wants to be told: their own page, and the signed link that stands in each mail."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from vicinage.server.accounts import actions, queries

FIELDS = ("may_mail", "may_push", "may_show_rfas", "is_out")


@require_http_methods(["GET", "HEAD", "POST"])
def choices(request: HttpRequest) -> HttpResponseBase:
    """GET /home/choices/: what this resident wants to be told. POST sets it, both ways."""
    user: Any = request.user
    if not user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if user.is_officer:
        raise Http404
    if request.method == "POST":
        actions.choose(user, **{name: name in request.POST for name in FIELDS})
        messages.success(request, _("Saved. It holds from now on, whatever rules are in force."))
        return redirect("choices")
    return render(request, "accounts/choices.html", {"choices": queries.choices_of(user)})


@csrf_exempt  # the link itself is the authority, and a mail program has no cookie (RFC 8058)
@require_http_methods(["GET", "HEAD", "POST"])
def choices_link(request: HttpRequest, link: str) -> HttpResponseBase:
    """GET /choices/<link>/: a page with buttons, which changes nothing. POST opts out, never in.

    `what` names what to opt out of; a mail program's one click sends none, and means mail.
    """
    found = queries.choices_of_link(link)
    if found is None:
        raise Http404
    if request.method == "POST":
        what = "mail" if "List-Unsubscribe" in request.POST else request.POST.get("what", "")
        if what not in actions.OUTS:
            return _linked(request, status=400, choices=found)
        actions.opt_out(found.user, what)
        found.refresh_from_db()
    return _linked(request, choices=found, is_done=request.method == "POST")


def _linked(request: HttpRequest, status: int = 200, **context: Any) -> HttpResponse:
    """The link's page, which nobody keeps and whose address no other site is told."""
    headers = {"Cache-Control": "private, no-store", "Referrer-Policy": "no-referrer"}
    page = render(request, "accounts/choices_link.html", context, status=status)
    for name, value in {**headers, "X-Robots-Tag": "noindex"}.items():
        page.headers[name] = value
    return page
