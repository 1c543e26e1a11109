"""Every page of every person, looked at in chromium: accessible, no wider than a phone, quiet, named.

Each page is checked by axe-core at 1280 and 390 px, light and dark, with its data unlocked. Without
JavaScript the pages that hold no secret say and do the same.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.stories.browsing import PHONE, Person, Town
from tests.stories.conftest import Meet
from tests.stories.looking import LOOKS, wrong_in
from vicinage.demo.letters import newest_link

PAGES = {
    "anyone": (
        *("/", "/agencies/", "/agencies/{police}/", "/rfas/{parcel}/", "/rfas/{bins}/", "/regime/"),
        *("/verify/?index={index}", "/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"),
        *("/agencies/apply/", "/agencies/changes/", "/regime/changes/", "/assemblies/", "/public/api/"),
    ),
    "alice": (
        *("/home/", "/home/key/", "/home/cameras/", "/home/clips/{clip}/", "/home/rfas/{smoke}/answer/"),
        *(
            "/home/handovers/",
            "/home/handovers/{handover}/",
            "/accounts/2fa/",
            "/accounts/password/change/",
            "/accounts/email/",
        ),
        *("/home/choices/", "/home/rfas/", "/rfas/{smoke}/", "/accounts/logout/", "/assemblies/new/"),
    ),
    "mallory": ("/home/", "/home/key/", "/home/cameras/", "/home/handovers/", "/home/rfas/{smoke}/answer/"),
    "carol": (
        *("/agency/", "/agency/rfas/new/", "/agency/rfas/{car}/", "/agency/rfas/{parcel}/", "/agency/key/"),
        *("/agency/handovers/", "/agency/handovers/{handover}/", "/agency/posts/", "/agency/posts/new/"),
        *("/agency/officers/", "/agency/officers/invite/", "/agency/history/", "/agency/renewal/"),
    ),
    "dave": ("/agency/", "/agency/officers/", "/agency/history/", "/agency/posts/"),
    "erin": ("/moderation/", "/moderation/posts/", "/moderation/rfas/{car}/", "/moderation/rfas/{parcel}/"),
    "olga": ("/operation/", "/operation/agencies/{police}/"),
}
EVERY_PAGE = [(name, path) for name, paths in PAGES.items() for path in paths]


@pytest.fixture
def addresses(town: Town, meet: Meet) -> dict[str, Any]:
    """The ids that the pages' addresses need."""
    named = {name: town.made(f"rfa {name}") for name in ("parcel", "bins", "car", "smoke")}
    log = meet("anyone").context.request
    clips = meet("alice").context.request.get(f"{town.origin}/api/clips").json()["clips"]
    return named | {
        "police": town.made("agency police"),
        "handover": town.made("handover"),
        "index": log.get(f"{town.origin}/rfas/{named['parcel']}.json").json()["index"],
        "clip": clips[-1]["id"],
    }


@pytest.mark.parametrize(("name", "path"), EVERY_PAGE)
def test_a_page_is_accessible_fits_a_phone_and_complains_of_nothing(
    name: str, path: str, meet: Meet, addresses: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    person = request.getfixturevalue("alice") if name == "alice" else meet(name)
    page = person.open(path.format_map(addresses))
    assert wrong_in(page) == []
    assert person.errors == []


def test_a_page_with_faults_would_be_seen(meet: Meet) -> None:
    page = meet("anyone").open("/")
    page.evaluate(
        """() => {
          const [wide, field] = [document.createElement('div'), document.createElement('input')];
          wide.style.minWidth = '500px';
          wide.textContent = 'wide';
          document.querySelector('main').append(wide, field);
        }"""
    )
    said = wrong_in(page)
    assert sum("label: <input>" in one for one in said) == len(LOOKS)
    assert [one for one in said if "too wide" in one]


def test_a_page_that_is_not_there_is_accessible_too(meet: Meet) -> None:
    anyone = meet("anyone")
    assert anyone.go("/nothing/").status == 404
    assert wrong_in(anyone.page) == []
    anyone.forgive("status of 404")


def test_a_form_with_all_its_findings_is_accessible(meet: Meet) -> None:
    page = meet("carol").open("/agency/rfas/new/")
    page.locator("#id_area_text").fill("41.4, -100.9, 100")
    page.locator("#id_contact").fill("nobody")
    page.locator('[data-rule="area-min"]').wait_for()
    page.locator('[data-part="findings"] li').first.wait_for()
    assert wrong_in(page) == []


def test_every_page_names_its_language_and_has_a_title_of_its_own(
    meet: Meet, addresses: dict[str, Any]
) -> None:
    titles: dict[str, str] = {}
    for name, path in EVERY_PAGE:
        where = path.format_map(addresses)
        html = meet(name).context.request.get(meet(name).town.origin + where).text()
        assert re.search(r'<html lang="[a-z]{2}', html), where
        title = re.search(r"<title>\s*(.*?)\s*</title>", html, re.DOTALL)
        assert title is not None, where
        assert title[1].endswith("· Vicinage"), where
        titles[where.split("?")[0]] = title[1]
    # A moderator's and an officer's page of a request bear the request's own name, as its public page does.
    of_requests = {where: title for where, title in titles.items() if "/rfas/" not in where}
    of_requests = {where: title for where, title in of_requests.items() if addresses["police"] not in where}
    of_requests.pop("/agency/")  # named as the agency is
    said = sorted(of_requests.values())
    assert len(said) == len(set(said)), said


@pytest.fixture
def plain(chromium: Browser, town: Town, meet: Meet) -> Iterator[Any]:
    """Someone of the town with JavaScript switched off: the same session in another browser."""
    opened = []

    def person(name: str) -> Person:
        cookies = meet(name).context.storage_state()
        context = chromium.new_context(viewport=PHONE, java_script_enabled=False, storage_state=cookies)
        opened.append(context)
        return Person(town, context)

    yield person
    for context in opened:
        context.close()


def plainly(person: Person, path: str) -> Page:
    """Open a page where no script runs."""
    answer = person.page.goto(person.town.origin + path)
    assert answer is not None
    assert answer.status == 200, path
    return person.page


def test_without_javascript_the_public_pages_tell_all(plain: Any, addresses: dict[str, Any]) -> None:
    anyone = plain("anyone")
    page = plainly(anyone, "/")
    page.get_by_role("link", name="Parcel taken from a porch on Plover Street").click()
    expect(page.get_by_text("LPD-2026-0421")).to_be_visible()
    expect(page.get_by_role("img", name=re.compile("."))).not_to_have_count(0)
    page.get_by_role("link", name="Larkmeadow Police Department").first.click()
    expect(page.get_by_role("link", name="Two bicycles taken at Lark Green")).to_be_visible()
    expect(plainly(anyone, "/verify/").get_by_text("vicinage audit").first).to_be_visible()


def test_without_javascript_the_library_lists_and_downloads(plain: Any, addresses: dict[str, Any]) -> None:
    alice = plain("alice")
    page = plainly(alice, "/home/")
    expect(page.get_by_text("Opening your clips")).to_be_hidden()
    page.locator(f'a[href="/home/clips/{addresses["clip"]}/"]').first.click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download, sealed").click()
    assert Path(download.value.path()).read_bytes().startswith(b"age-encryption.org/v1\n")
    expect(plainly(alice, "/home/key/").get_by_text("This step needs JavaScript")).to_be_visible()
    answer = plainly(alice, f"/home/rfas/{addresses['smoke']}/answer/")
    expect(answer.get_by_text("Handing over needs JavaScript")).to_be_visible()
    expect(answer.get_by_role("button", name=re.compile("Hand over"))).to_have_count(0)


def test_without_javascript_carol_submits_and_erin_rejects_with_a_reason(plain: Any) -> None:
    page = plainly(plain("carol"), "/agency/rfas/new/")
    title = "Gate of the allotments forced open"
    page.get_by_label("Title").fill(title)
    page.get_by_role("button", name="Submit for review").click()
    expect(page.locator("#f-reference")).to_contain_text("reference number")
    expect(page.get_by_label("Title")).to_have_value(title)
    page.get_by_label("Offence or incident under investigation").select_option("burglary")
    page.get_by_label("Reference number of your agency").fill("LPD-2026-0440")
    page.get_by_label("From").fill("2026-01-05T10:00")
    page.get_by_label("To", exact=True).fill("2026-01-05T12:00")
    page.get_by_label("Area around the incident").fill("41.4, -100.9, 300")
    page.get_by_label("What happened, and what residents may have seen").fill(
        "The gate of the allotments was forced open. We look for clips of anyone who carried tools away."
    )
    page.get_by_role("button", name="Submit for review").click()
    expect(page.get_by_text("Waits for review")).to_be_visible()

    desk = plainly(plain("erin"), "/moderation/")
    desk.get_by_role("link", name=title).click()
    desk.get_by_label("Reason for rejecting").fill("The place is a private club; ask it first.")
    desk.get_by_role("button", name="Reject").click()
    page.reload()
    expect(page.get_by_text("The place is a private club; ask it first.")).to_be_visible()


def test_without_javascript_an_agency_applies_and_signs(plain: Any, town: Town) -> None:
    anyone, chief = plain("anyone"), "chief@college.larkmeadow.example"
    page = plainly(anyone, "/agencies/")
    page.get_by_role("link", name="Apply for your agency").click()
    for name, typed in {
        "name": "Larkmeadow College Police",
        "region": "Larkmeadow College",
        "domain": "college.larkmeadow.example",
        "retention_days": "60",
        "phone": "+1 402 555 0166",
        "email": "desk@college.larkmeadow.example",
        "applicant_email": chief,
    }.items():
        page.locator(f"[name={name}]").fill(typed)
    page.locator("[name=level]").select_option("campus")
    page.locator("[name=state]").select_option("NE")
    page.get_by_role("button", name="Apply", exact=True).click()
    expect(page.get_by_text(f"We have mailed a link to {chief}")).to_be_visible()
    plainly(anyone, newest_link(town.home, chief, "/agencies/apply/"))
    page.get_by_label("Your full name").fill("Cora Lindqvist")
    page.get_by_label("Your rank or title").fill("Chief")
    page.get_by_label("I have read this").check()
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.get_by_text("Two operators look at the application")).to_be_visible()


def test_without_javascript_bob_chooses_to_be_told_nothing_and_takes_it_back(plain: Any) -> None:
    bob = plain("bob")
    page = plainly(bob, "/home/choices/")
    page.get_by_label("Nothing of all this").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Nothing of all this")).to_be_checked()
    page.get_by_label("Nothing of all this").uncheck()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Nothing of all this")).not_to_be_checked()
