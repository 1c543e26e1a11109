"""An agency that is new here, in browsers: it applies, signs, is called back and let in by two; its chief
makes an account, acts for it, and invites an officer, who sees what there is to see."""

import subprocess
import sys

import pytest
from playwright.sync_api import Page, expect

from tests.stories.browsing import Person, Town, until
from tests.stories.conftest import Meet
from tests.stories.looking import wrong_in
from vicinage.demo.letters import letters, newest_link
from vicinage.demo.town import DIRECTORY
from vicinage.device.second_factor import Authenticator

NAME = "Willow Bend Police Department"
CHIEF, OFFICER = "wilma@willowbend.example", "rosa@willowbend.example"
PASSWORD = "stapler-orchid-viaduct-lantern"
SET_UP = "/accounts/2fa/totp/activate/"
ENTRY = "90000003,WILLOW BEND POLICE DEPARTMENT,402-555-0171,1 MILL LANE,WILLOW BEND,NE,LARK,-96.72,40.83\n"


@pytest.fixture(scope="module")
def directory(town: Town, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The operators' directory lists the new agency too."""
    town.made("people")
    path = tmp_path_factory.mktemp("lists") / "directory.csv"
    path.write_text(DIRECTORY + ENTRY)
    command = [sys.executable, "-m", "vicinage.cli", "agencies", "import-directory", str(path)]
    subprocess.run([*command, "--home", str(town.home)], check=True, capture_output=True)


def test_a_chief_applies_and_is_told_what_is_wrong_in_place(meet: Meet, town: Town) -> None:
    chief = meet("chief")
    page = chief.open("/agencies/")
    page.get_by_role("link", name="Apply for your agency").click()
    page.wait_for_url("**/agencies/apply/")
    for label, typed in (
        ("Name of the agency", NAME),
        ("Region it serves", "Willow Bend"),
        ("Official e-mail domain", "willowbend.example"),
        ("Desk e-mail", "desk@willowbend.example"),
        ("Desk phone", "+1 402 555 0171"),
        ("For how many days", "60"),
        ("Your own official e-mail address", "wilma@mail.example"),
    ):
        page.get_by_label(label).fill(typed)
    page.get_by_label("State or territory").select_option("NE")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("alert")).to_contain_text("should be on the agency's domain")
    expect(page.get_by_role("alert")).not_to_contain_text("marked below")
    assert wrong_in(page) == []
    page.get_by_label("Your own official e-mail address").fill(CHIEF)
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("heading", name="A link is mailed")).to_be_visible()
    assert wrong_in(page) == []
    chief.forgive("status of 422")


def test_behind_the_mailed_link_the_promise_is_signed(meet: Meet, town: Town) -> None:
    page = meet("chief").open(newest_link(town.home, CHIEF, "/agencies/apply/"))
    expect(page.get_by_text("for at most 60 days")).to_be_visible()
    assert wrong_in(page) == []
    page.get_by_label("Your full name").fill("Wilma Reed")
    page.get_by_label("Your rank or title").fill("Chief of Police")
    page.get_by_label("I have read this").check()
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.get_by_text("Two operators look at the application")).to_be_visible()
    expect(page.get_by_text("_vicinage.willowbend.example")).to_be_visible()
    assert wrong_in(page) == []


def evidence(operator: Person) -> Page:
    """The operator's page of the application, reached as an operator reaches it."""
    page = operator.open("/operation/")
    page.get_by_role("link", name=NAME).click()
    page.get_by_role("heading", name=NAME).wait_for()
    return page


def test_it_takes_a_call_back_and_two_operators(meet: Meet, town: Town, directory: None) -> None:
    page = evidence(meet("olga"))
    expect(page.get_by_role("button", name="Approve")).to_have_count(0)
    expect(page.get_by_text("+1 402 555 0171")).to_have_count(0)
    assert wrong_in(page) == []
    page.get_by_label("WILLOW BEND POLICE DEPARTMENT").check()
    page.get_by_role("button", name="Choose").click()
    expect(page.get_by_text("Call this number, from the directory")).to_be_visible()
    page.get_by_label("Who confirmed it there").fill("Sergeant Lund")
    page.get_by_role("button", name="They confirmed it").click()
    expect(page.get_by_text("the number called", exact=True)).to_be_visible()
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("1 of 2 operators have approved")).to_be_visible()
    expect(page.get_by_role("button", name="Approve")).to_have_count(0)
    assert wrong_in(page) == []

    page = evidence(meet("otto"))
    expect(page.get_by_text("Sergeant Lund confirmed")).to_be_visible()
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("The agency is verified, and the log says so.")).to_be_visible()
    expect(page.get_by_text("called back", exact=True)).to_be_visible()
    assert wrong_in(page) == []
    profile = meet("anyone").open(f"/agencies/{page.url.split('/')[-2]}/")
    expect(profile.get_by_role("heading", name=NAME)).to_be_visible()


def join(person: Person, town: Town, email: str) -> Page:
    """Make an account by the pages, with its second factor, and accept the mailed invitation."""
    link = newest_link(town.home, email, "/agency/join/")
    page = person.open("/accounts/signup/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password (again)").fill(PASSWORD)
    page.get_by_role("button", name="Sign Up").click()
    page.wait_for_url(f"**{SET_UP}")
    person.authenticator = Authenticator(page.locator("input[readonly], input[disabled]").first.input_value())
    page.locator("input[name=code]").fill(person.code())
    page.get_by_role("button", name="Activate").click()
    page.wait_for_url("**/accounts/2fa/recovery-codes/")
    page = person.open(link)
    expect(page.get_by_role("heading", name=f"Act for {NAME}")).to_be_visible()
    assert wrong_in(page) == []
    page.get_by_role("button", name="Accept").click()
    page.wait_for_url("**/agency/")
    return page


def test_the_chief_joins_and_invites_an_officer(meet: Meet, town: Town) -> None:
    chief = meet("chief")
    assert any("verified" in body for body in letters(town.home, CHIEF))
    page = join(chief, town, CHIEF)
    expect(page.get_by_text("Your agency has no key yet.")).to_be_visible()
    expect(page.get_by_text("Your agency has not asked for anything yet.")).to_be_visible()
    assert wrong_in(page) == []
    page.get_by_role("link", name="Officers", exact=True).click()
    page.get_by_role("link", name="Invite an officer").click()
    page.get_by_label("Official e-mail address").fill("rosa@elsewhere.example")
    page.get_by_label("May open what residents hand over").check()
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.get_by_role("alert")).to_contain_text("willowbend.example")
    page.get_by_label("Official e-mail address").fill(OFFICER)
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.get_by_role("heading", name="Open invitations")).to_be_visible()
    assert wrong_in(page) == []
    chief.forgive("status of 422")


def test_the_officer_joins_and_the_history_tells_it_in_words(meet: Meet, town: Town) -> None:
    page = join(meet("rosa"), town, OFFICER)
    expect(page.get_by_role("link", name="New Request for Assistance")).to_have_count(0)
    expect(page.get_by_role("link", name="The agency's key")).to_be_visible()
    page.get_by_role("link", name="What officers did").click()
    expect(page.get_by_role("row", name="Invited somebody")).to_contain_text(OFFICER)
    expect(page.get_by_role("row", name="Joined")).to_have_count(2)
    assert wrong_in(page) == []


def test_a_suspension_is_told_to_everybody_with_its_reason(meet: Meet) -> None:
    olga, reason = meet("olga"), "It shared accounts between officers."
    page = olga.open("/operation/")
    page.get_by_role("link", name=NAME).click()
    page.get_by_label("Reason, in public").fill(reason)
    page.get_by_role("button", name="Suspend the agency").click()
    expect(page.get_by_text("Suspended", exact=True).first).to_be_visible()
    assert wrong_in(page) == []
    profile = meet("anyone").open(f"/agencies/{page.url.split('/')[-2]}/")
    until(lambda: (profile.reload() and profile.get_by_text(reason).count()) or None, "the public reason", 30)
    expect(profile.get_by_text(reason).first).to_be_visible()
    console = meet("chief").open("/agency/")
    expect(console.get_by_text(reason)).to_be_visible()
    expect(console.get_by_role("link", name="New Request for Assistance")).to_have_count(0)
    assert wrong_in(console) == []


def test_who_leaves_is_told_first_what_it_means(meet: Meet) -> None:
    page = meet("rosa").open("/agency/officers/")
    button = page.get_by_role("button", name="I do not act for the agency any more")
    expect(button).to_be_hidden()
    page.get_by_text("You leave", exact=True).click()
    button.click()
    page.wait_for_url("**/")
    assert meet("rosa").go("/agency/").status == 404
    meet("rosa").forgive("status of 404")
