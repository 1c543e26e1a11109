"""Every refusal of the law, through the page and through the judge's interface, with nothing half-written."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.utils.html import escape

from tests.cast import Cast
from tests.server import civic

pytestmark = pytest.mark.django_db

CROSSING = json.dumps(
    {
        "type": "Polygon",
        "coordinates": [
            [[-118.25, 34.05], [-118.24, 34.06], [-118.24, 34.05], [-118.25, 34.06], [-118.25, 34.05]]
        ],
    }
)
ANTIMERIDIAN = json.dumps(
    {
        "type": "Polygon",
        "coordinates": [
            [[179.998, 51.0], [-179.998, 51.0], [-179.998, 51.005], [179.998, 51.005], [179.998, 51.0]]
        ],
    }
)
UNLAWFUL: dict[str, tuple[Callable[[], dict[str, str]], str]] = {
    "twelve hours and a minute": (
        lambda: {
            "window_from": civic.local(civic.hours_ago(15)),
            "window_to": civic.local(civic.hours_ago(3 - 1 / 60)),
        },
        "window-max",
    ),
    "fourteen minutes": (
        lambda: {
            "window_from": civic.local(civic.hours_ago(3)),
            "window_to": civic.local(civic.hours_ago(3 - 14 / 60)),
        },
        "window-min",
    ),
    "0.51 square mile": (lambda: {"area": civic.square(0.51)}, "area-max"),
    "0.024 square mile": (lambda: {"area": civic.square(0.024)}, "area-min"),
    "a border that crosses itself": (lambda: {"area": CROSSING}, "area-shape"),
    "across the antimeridian": (lambda: {"area": ANTIMERIDIAN}, "area-shape"),
    "a window in the future": (
        lambda: {
            "window_from": civic.local(civic.hours_ago(-1)),
            "window_to": civic.local(civic.hours_ago(-3)),
        },
        "window-past",
    ),
    "no reference number": (lambda: {"reference": ""}, "reference-required"),
    "race alone": (
        lambda: {"text": "A black man ran away along Elm Street after it. Who saw him there?"},
        "description-not-race-alone",
    ),
    "no area": (lambda: {"area": ""}, "area-required"),
    "an area that is no polygon": (lambda: {"area": "[[1,2]]"}, "form-unread"),
    "an area that is no JSON": (lambda: {"area": "{"}, "form-unread"),
    "an offence that is not listed": (lambda: {"offence": "loitering"}, "offence-listed"),
    "no contact": (lambda: {"contact": "me"}, "contact-reachable"),
    "a time that is none": (lambda: {"window_from": "yesterday"}, "form-unread"),
    "a time before the calendar begins": (lambda: {"window_from": "0001-01-01T00:00+01:00"}, "form-unread"),
    "a corner beyond any number": (
        lambda: {"area": civic.square(0.1).replace("[[[", f"[[[{10**400}, 1], [", 1)},
        "form-unread",
    ),
    "a window that ends before it begins": (
        lambda: {
            "window_from": civic.local(civic.hours_ago(3)),
            "window_to": civic.local(civic.hours_ago(5)),
        },
        "form-unread",
    ),
}


@pytest.mark.parametrize("case", UNLAWFUL)
def test_the_form_shows_the_finding_with_its_source_and_nothing_is_written(cast: Cast, case: str) -> None:
    make, rule = UNLAWFUL[case]
    client, before = cast.carol.client, civic.counts()
    answer = client.post("/agency/rfas/new/", {**civic.form(**make()), "submit": "yes"})
    assert answer.status_code == 422
    findings = answer.context["findings"]
    assert [finding.rule for finding in findings] == [rule]
    page = answer.content.decode()
    assert rule in page
    assert escape(findings[0].source) in page
    assert civic.counts() == before


@pytest.mark.parametrize("case", UNLAWFUL)
def test_the_judge_says_the_same_while_typing(cast: Cast, case: str) -> None:
    make, rule = UNLAWFUL[case]
    client, before = cast.carol.client, civic.counts()
    answer = _ask(client, civic.form(**make()))
    assert answer.status_code == 200
    assert [finding["rule"] for finding in answer.json()["findings"]] == [rule]
    assert all(finding["sentence"] and finding["hint"] for finding in answer.json()["findings"])
    assert civic.counts() == before


def test_the_judge_answers_an_empty_form_with_all_findings_at_once(cast: Cast) -> None:
    answer = _ask(cast.carol.client, {})
    fields = {finding["field"] for finding in answer.json()["findings"]}
    assert {"title", "text", "offence", "reference", "contact", "window", "area"} <= fields
    assert answer.json()["area_m2"] is None


def test_the_judge_measures_a_lawful_draft_and_finds_nothing(cast: Cast) -> None:
    answer = _ask(cast.carol.client, civic.form())
    assert answer.json()["findings"] == []
    assert answer.json()["area_m2"] == pytest.approx(0.2 * 2589988.11, rel=0.002)


def test_the_judge_refuses_what_is_not_a_draft(cast: Cast) -> None:
    client = cast.carol.client
    assert _ask(client, {"title": 3}).status_code == 400
    assert _ask(client, {"officer": "carol"}).status_code == 400
    too_long = client.post("/api/judge", b" " * 300_000, content_type="application/json")
    assert too_long.status_code == 413


def test_a_third_post_on_an_incident_is_refused_however_the_reference_is_spelt(cast: Cast) -> None:
    civic.published(cast, reference="26-000123")
    civic.submit(cast, reference="26 000 123")
    before = civic.counts()
    answer = cast.carol.client.post(
        "/agency/rfas/new/", {**civic.form(reference="26/000123"), "submit": "yes"}
    )
    assert answer.status_code == 422
    assert [finding.rule for finding in answer.context["findings"]] == ["incident-posts-max"]
    judged = _ask(cast.carol.client, civic.form(reference="26000123")).json()
    assert [finding["rule"] for finding in judged["findings"]] == ["incident-posts-max"]
    assert civic.counts() == before


def test_a_rejected_request_does_not_count_as_a_post(cast: Cast) -> None:
    rfa = civic.submit(cast)
    cast.erin.client.post(f"/moderation/rfas/{rfa}/", {"reject": "yes", "reason": "It names a victim."})
    civic.submit(cast)
    civic.submit(cast)


def test_an_officer_without_authority_and_a_resident_reach_neither_form_nor_judge(cast: Cast) -> None:
    for person in (cast.dave, cast.alice, cast.erin, cast.olga):
        client, before = person.client, civic.counts()
        assert client.post("/agency/rfas/new/", {**civic.form(), "submit": "yes"}).status_code == 404
        assert _ask(client, civic.form()).status_code == 404
        assert civic.counts() == before


def _ask(client: Any, draft: dict[str, Any]) -> Any:
    return client.post("/api/judge", json.dumps(draft), content_type="application/json")
