"""The judge while an officer types: findings on a draft, nothing stored."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from vicinage.server import bodies
from vicinage.server.agencies import doors
from vicinage.server.feed.templatetags.vicinage_words import say
from vicinage.server.rfas import judging
from vicinage.wire import decode, encode
from vicinage.wire.judge import DRAFT_LIMIT, Finding, Judgement, RfaDraft


@require_POST
@doors.askers
def judge(request: doors.OfficerRequest) -> HttpResponse:
    """POST a draft: all findings at once, in the reader's language, and the area in square metres."""
    draft = decode(RfaDraft, bodies.read(request, DRAFT_LIMIT), DRAFT_LIMIT)
    opinion = judging.ask(request.officer.agency, draft)
    findings = [
        Finding(
            rule=found.rule,
            sentence=say(found),
            source=_(found.source),
            hint=_(found.hint),
            field=found.field,
        )
        for found in opinion.findings
    ]
    body = encode(Judgement(findings=findings, area_m2=opinion.area_m2))
    return HttpResponse(body, content_type="application/json")
