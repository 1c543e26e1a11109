"""Assemblies: the public list and page, and the form for whoever is signed in. Works without script."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vicinage.core.event import Finding
from vicinage.core.place import area_m2, parse_area
from vicinage.server import clock
from vicinage.server.accounts.models import User
from vicinage.server.assemblies import actions, forms, queries
from vicinage.server.assemblies.models import Assembly
from vicinage.server.feed.outline import outline
from vicinage.server.feed.public_page import public_page

PAST_SHOWN = 200


@require_safe
@public_page
def listing(request: HttpRequest) -> HttpResponse:
    """Those that are to come, then the others."""
    now = clock.now()
    context = {"coming": queries.coming(now), "past": queries.past(now)[:PAST_SHOWN]}
    return render(request, "assemblies/listing.html", context)


@require_safe
@public_page
def one(request: HttpRequest, assembly_id: str) -> HttpResponse:
    """An assembly with its history: what it replaced, what replaced it, when it was taken back."""
    row = queries.one(assembly_id)
    if row is None:
        raise Http404
    area = parse_area(row.area)
    context = {
        "assembly": row,
        "index": row.entry.place.index,
        "outline": outline(area),
        "area_m2": area_m2(area),
        "is_own": queries.own(request.user, row.pk) is not None,
        "replaces": queries.one(row.replaces_id) if row.replaces_id else None,
    }
    return render(request, "assemblies/assembly.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """The form; `?replaces=` names an own one that the new one corrects."""
    user = cast(User, request.user)
    replaces = request.GET.get("replaces", "")
    earlier = queries.own(user, replaces) if replaces else None
    if replaces and earlier is None:
        raise Http404
    if request.method == "GET":
        return _form(request, _again(earlier) if earlier else forms.as_typed({}), (), earlier)
    typed = forms.as_typed(request.POST)
    row, findings = actions.enter(user, typed, clock.now(), earlier.pk if earlier else None)
    if row is None:
        return _form(request, typed, findings, earlier, status=422)
    messages.success(request, _("The assembly is entered, and the log says so."))
    return redirect("assemblies")


@require_POST
@login_required
def withdraw(request: HttpRequest, assembly_id: str) -> HttpResponse:
    """Take an own assembly back."""
    if queries.one(assembly_id) is None:
        raise Http404
    actions.withdraw(cast(User, request.user), assembly_id, clock.now())
    messages.success(request, _("The assembly is taken back. Its entry stays in the log."))
    return redirect("assembly", assembly_id)


def _again(earlier: Assembly) -> dict[str, str]:
    """The form as it was filled in for the one that is to be corrected."""
    corners = (f"{lat:.6f}, {lon:.6f}" for lon, lat in earlier.area["coordinates"][0][:-1])
    ends = {"window_from": earlier.window_from, "window_to": earlier.window_to}
    times = {name: at.strftime("%Y-%m-%dT%H:%M") for name, at in ends.items()}
    told = {"title": earlier.told.get("title", ""), "link": earlier.link}
    return {**told, "area": "", "area_text": "\n".join(corners), **times}


def _form(
    request: HttpRequest,
    typed: dict[str, str],
    findings: tuple[Finding, ...],
    earlier: Assembly | None,
    status: int = 200,
) -> HttpResponse:
    context = {"typed": typed, "findings": findings, "earlier": earlier}
    return render(request, "assemblies/form.html", context, status=status)
