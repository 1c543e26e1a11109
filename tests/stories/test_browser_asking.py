"""Carol asks in a browser, by mouse and by keyboard; Erin decides by keyboard; the public sees it."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.stories.browsing import Person
from tests.stories.conftest import Meet
from vicinage.demo.town import place

NEW = "/agency/rfas/new/"
TITLE = "Window broken at the library on Main Avenue"
TEXT = "Somebody broke a window of the library between one and two at night. We look for clips of the street."


@pytest.fixture
def carol(meet: Meet) -> Person:
    """An officer with authority."""
    return meet("carol")


@pytest.fixture
def erin(meet: Meet) -> Person:
    """The moderator."""
    return meet("erin")


def at(hours_ago: float) -> str:
    """A time as the form's fields have it."""
    return f"{datetime.now(UTC) - timedelta(hours=hours_ago):%Y-%m-%dT%H:00}"


def findings(page: Page, rule: str) -> Locator:
    """What is shown of one rule."""
    return page.locator(f'[data-rule="{rule}"]')


def fill(page: Page, **fields: str) -> None:
    """Type into fields of the form, by their ids."""
    for name, value in fields.items():
        page.locator(f"#id_{name}").fill(value)


def test_findings_come_while_she_types_and_go_when_they_are_mended(carol: Person) -> None:
    page = carol.open(NEW)
    fill(page, title=TITLE, text=TEXT, window_from=at(20), window_to=at(6))
    expect(findings(page, "window-max")).to_contain_text("at most 12 h")
    fill(page, window_from=at(8))
    expect(findings(page, "window-max")).to_have_count(0)

    centre = place(0, 0)
    fill(page, area_text=f"{centre.lat:.6f}, {centre.lon:.6f}, 900")
    expect(findings(page, "area-max")).to_be_visible()
    expect(findings(page, "area-max")).to_contain_text("Published policy")
    fill(page, area_text=f"{centre.lat:.6f}, {centre.lon:.6f}, 100")
    expect(findings(page, "area-min")).to_be_visible()
    fill(page, area_text=f"{centre.lat:.6f}, {centre.lon:.6f}, 300")
    expect(findings(page, "area-min")).to_have_count(0)
    expect(findings(page, "area-max")).to_have_count(0)

    page.locator("#id_offence").select_option("vandalism")
    expect(findings(page, "reference-required")).to_be_visible()
    fill(page, reference="LPD-2026-0431", contact="carol@police.larkmeadow.example")
    expect(findings(page, "reference-required")).to_have_count(0)
    expect(page.locator('[data-part="state"]')).to_contain_text("Nothing stands against it.")


def test_a_request_that_breaks_a_rule_comes_back_with_its_findings(carol: Person) -> None:
    page = carol.open(NEW)
    fill(page, title=TITLE, text=TEXT, window_from=at(20), window_to=at(6))
    page.get_by_role("button", name="Submit for review").click()
    expect(page.locator("#findings-summary")).to_contain_text("rules are not met yet")
    assert page.url.endswith(NEW)
    assert page.locator("#id_title").input_value() == TITLE
    carol.forgive("status of 422")


def test_she_draws_the_area_by_mouse_takes_a_corner_back_and_submits(carol: Person) -> None:
    page = carol.open(NEW)
    drawn = page.locator(".map")
    box = drawn.bounding_box()
    assert box is not None
    width, height = box["width"], box["height"]
    corners = [(0.42, 0.42), (0.58, 0.42), (0.58, 0.58), (0.2, 0.8), (0.42, 0.58)]
    for across, down in corners[:4]:
        drawn.click(position={"x": width * across, "y": height * down})
    expect(page.locator("#id_area_text")).to_have_value(re.compile(r"^(.+\n){3}.+$"))
    page.get_by_role("button", name="Remove last corner").click()
    drawn.click(position={"x": width * corners[4][0], "y": height * corners[4][1]})
    text = page.locator("#id_area_text").input_value()
    assert len(text.splitlines()) == 4
    expect(page.get_by_text(re.compile(r"Area: 0\.\d+ square mile"))).to_be_visible()
    fill(page, title="Scooter taken at the market", text=TEXT, reference="LPD-2026-0433")
    fill(page, contact="+1 402 555 0118", window_from=at(9), window_to=at(6))
    page.locator("#id_offence").select_option("theft")
    expect(page.locator('[data-part="state"]')).to_contain_text("Nothing stands against it.")
    page.get_by_role("button", name="Submit for review").click()
    page.wait_for_url(re.compile(r"/agency/rfas/[a-z2-7]{16}/$"))
    expect(page.get_by_text("Waits for review")).to_be_visible()


def tab_to(page: Page, target: Locator, most: int = 60) -> None:
    """Press Tab until this element has the focus."""
    for _ in range(most):
        if target.evaluate("(element) => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("the element is not reached by keyboard")


def type_time(page: Page, when: str) -> None:
    """Type into a field of date and time: month, day, year, then the time, as the field is laid out."""
    moment = datetime.fromisoformat(when)
    page.keyboard.type(f"{moment:%m%d%Y}")
    page.keyboard.press("Tab")
    page.keyboard.type(f"{moment:%I%M%p}")


def test_she_does_the_same_by_keyboard_alone_and_erin_approves_by_keyboard_alone(
    carol: Person, erin: Person, meet: Meet
) -> None:
    page = carol.open(NEW)
    centre = place(60, -60)
    tab_to(page, page.locator("#id_title"))
    page.keyboard.type(TITLE)
    tab_to(page, page.locator("#id_offence"))
    page.keyboard.type("Vandalism")
    tab_to(page, page.locator("#id_reference"))
    page.keyboard.type("LPD-2026-0431")
    tab_to(page, page.locator("#id_contact"))
    page.keyboard.press("Control+a")
    page.keyboard.type("carol@police.larkmeadow.example")
    for name, when in (("window_from", at(14)), ("window_to", at(12))):
        tab_to(page, page.locator(f"#id_{name}"))
        type_time(page, when)
        expect(page.locator(f"#id_{name}")).to_have_value(when)
    tab_to(page, page.locator("#id_area_text"))
    page.keyboard.type(f"{centre.lat:.6f}, {centre.lon:.6f}, 300")
    tab_to(page, page.locator("#id_text"))
    page.keyboard.type(TEXT)
    expect(page.locator('[data-part="state"]')).to_contain_text("Nothing stands against it.")
    tab_to(page, page.get_by_role("button", name="Submit for review"))
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/agency/rfas/[a-z2-7]{16}/$"))
    rfa = page.url.split("/")[-2]

    desk = erin.open("/moderation/")
    tab_to(desk, desk.get_by_role("link", name=TITLE))
    desk.keyboard.press("Enter")
    desk.wait_for_url(f"**/moderation/rfas/{rfa}/")
    answer_each_question(desk)
    tab_to(desk, desk.get_by_role("button", name="Approve and publish for good"))
    desk.keyboard.press("Enter")
    expect(desk.get_by_text("Approved").first).to_be_visible()
    is_seen_by_everyone(meet("anyone"), rfa)


def answer_each_question(desk: Page) -> None:
    """Choose by keyboard, at each question, the answer with which a request may go on."""
    asked = desk.locator("fieldset.question")
    assert asked.count() >= 5
    for question in asked.all():
        passes = question.get_attribute("data-passes")
        tab_to(desk, question.locator('input[value="yes"]'))
        desk.keyboard.press("Space" if passes == "yes" else "ArrowDown")
        expect(question.locator(f'input[value="{passes}"]')).to_be_checked()


def is_seen_by_everyone(anyone: Person, rfa: str) -> None:
    """The request is in the feed, on its page, and on the agency's profile."""
    page = anyone.open("/")
    page.get_by_role("link", name=TITLE).click()
    page.wait_for_url(f"**/rfas/{rfa}/")
    expect(page.get_by_role("heading", name=TITLE)).to_be_visible()
    expect(page.get_by_text(TEXT)).to_be_visible()
    expect(page.get_by_text("LPD-2026-0431")).to_be_visible()
    page.get_by_role("link", name="Larkmeadow Police Department").first.click()
    expect(page.get_by_role("link", name=TITLE)).to_be_visible()
    anyone.open(f"/rfas/{rfa}/")
    page.get_by_role("button", name="Check the proof in this browser").click()
    expect(page.locator('[data-part="verdict"]')).to_have_text("The proof holds.")
