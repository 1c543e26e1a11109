"""The civic pages in a real browser: nothing that axe objects to, narrow and wide, light and dark."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from tests.cast import Cast
from tests.server import civic
from tests.server.handovers import giving

CHROMIUM = "/usr/bin/chromium"
SCREENS: list[tuple[int, Literal["light", "dark"]]] = [
    (390, "light"),
    (390, "dark"),
    (1280, "light"),
    (1280, "dark"),
]
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="needs Debian's chromium"),
]


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    """Chromium without a network of its own."""
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as running:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
        chromium = running.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield chromium
        chromium.close()


def test_no_page_has_a_violation_or_is_wider_than_its_screen(
    live_server: Any, browser: Browser, cast: Cast
) -> None:
    scene = giving.set_scene(cast)
    handover = giving.given(scene)
    waiting = civic.submit(cast, reference="26-2")
    saved = cast.carol.client.post("/agency/rfas/new/", {**civic.form(title="", area=""), "save": "yes"})
    agency = scene.rfa.agency_id
    walks = {
        "nobody": [
            "/",
            f"/rfas/{scene.rfa.id}/",
            "/agencies/",
            "/agencies/?q=nowhere",
            "/agencies/changes/",
            f"/agencies/{agency}/",
            "/public/api/",
            "/regime/",
            "/verify/",
        ],
        "carol": [
            "/agency/",
            saved.headers["Location"],
            f"/agency/rfas/{waiting}/",
            "/agency/key/",
            "/agency/handovers/",
            f"/agency/handovers/{handover}/",
        ],
        "erin": ["/moderation/", f"/moderation/rfas/{waiting}/"],
        "olga": ["/operation/", f"/operation/agencies/{agency}/"],
        "alice": ["/home/handovers/", f"/home/handovers/{handover}/", f"/home/rfas/{scene.rfa.id}/answer/"],
    }
    wrong = []
    for who, addresses in walks.items():
        context = browser.new_context(reduced_motion="reduce")
        if who != "nobody":
            session = getattr(cast, who).client.cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page = context.new_page()
        for address in addresses:
            answer = page.goto(live_server.url + address)
            assert answer is not None
            assert answer.status == 200, (who, address)
            wrong += [(re.sub(r"[a-z2-7]{16}", "ID", address), *found) for found in objections(page)]
        context.close()
    assert wrong == []


def objections(page: Page) -> Iterator[tuple[int, str, str]]:
    """What is wrong with the page that is open, on each screen."""
    for width, scheme in SCREENS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        for violation in Axe().run(page)["violations"]:
            yield width, scheme, violation["id"]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            yield width, scheme, "too wide"
