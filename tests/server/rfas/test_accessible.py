"""Review, posts, assemblies and rules in a real browser, while a change of rules is announced."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.cast import Cast
from tests.server import civic
from tests.server.public.test_accessible import browser, objections, pytestmark
from vicinage.server.posts.models import PostSubmission
from vicinage.server.regime import queries as rules

__all__ = ["browser", "pytestmark"]


@pytest.fixture
def addresses(cast: Cast) -> dict[str, list[str]]:
    """Pages by who opens them; a request waits that meets an assembly."""
    rfa = civic.submit(cast)
    assembly = civic.assembly(cast, civic.hours_ago(6), civic.hours_ago(4))
    post = civic.post(cast)
    tip = {
        "kind": "update",
        "title": "Road closed",
        "text": "Send us your footage of the closed road, all of you.",
    }
    assert cast.carol.client.post("/agency/posts/new/", tip).status_code == 302
    waiting = PostSubmission.objects.get(review=None).pk
    civic.announce("closed-2024", 20)
    index = rules.published().changes[-1].index
    return {
        "nobody": [
            *("/", "/assemblies/", f"/assemblies/{assembly}/", f"/posts/{post}/"),
            *("/regime/", "/regime/changes/", f"/regime/closed-2024/{index}/"),
        ],
        "alice": ["/assemblies/new/", f"/assemblies/new/?replaces={assembly}", f"/assemblies/{assembly}/"],
        "carol": ["/agency/", "/agency/posts/", "/agency/posts/new/"],
        "erin": [
            *("/moderation/", f"/moderation/rfas/{rfa}/", "/moderation/posts/"),
            *(f"/moderation/posts/{waiting}/", f"/moderation/posts/{post}/"),
        ],
    }


def test_no_page_has_a_violation_or_is_wider_than_its_screen(
    live_server: Any, browser: Browser, cast: Cast, addresses: dict[str, list[str]]
) -> None:
    wrong = []
    for who, paths in addresses.items():
        context = browser.new_context(reduced_motion="reduce", java_script_enabled=True)
        if who != "nobody":
            session = getattr(cast, who).client.cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page = context.new_page()
        for path in paths:
            answer = page.goto(live_server.url + path)
            assert answer is not None
            assert answer.status == 200, (who, path)
            assert page.get_by_text("The rules for requests change on").is_visible()
            wrong += [(re.sub(r"[a-z2-7]{16}", "ID", path), *found) for found in objections(page)]
        context.close()
    assert wrong == []


def test_a_moderator_decides_by_the_page_alone_without_script(
    live_server: Any, browser: Browser, cast: Cast, addresses: dict[str, list[str]]
) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 800})
    session = cast.erin.client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page = context.new_page()
    page.goto(live_server.url + addresses["erin"][1])
    for question in page.locator("fieldset.question").all():
        question.locator(f'input[value="{question.get_attribute("data-passes")}"]').check()
    page.get_by_role("button", name="Approve and publish for good").click()
    assert page.get_by_text("This answer needs a reason").first.is_visible()
    page.locator("#id_reason-lawful-activity").fill("The march ended at noon; the robbery was at night.")
    page.get_by_role("button", name="Approve and publish for good").click()
    assert page.get_by_text("recorded in the log and published").is_visible()
    context.close()
