"""A newcomer in a browser: account, second factor, ten words, camera, hub, and a first clip that arrives."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.stories.browsing import Person, Town
from tests.stories.conftest import Meet
from tests.stories.looking import wrong_in
from vicinage.demo.town import FRONT_DOOR
from vicinage.device.second_factor import Authenticator

SET_UP = "/accounts/2fa/totp/activate/"
PASSWORD = "stapler-orchid-viaduct-lantern"
BEHIND_THE_SECOND_FACTOR = ("/home/", "/home/key/", "/home/cameras/", "/home/handovers/")


@pytest.fixture
def newcomer(meet: Meet) -> Person:
    """Someone without an account; later stories here go on where the one before ended."""
    return meet("newcomer")


@pytest.fixture
def hub_home(tmp_path: Path) -> Iterator[Path]:
    """A folder for a second hub; hubs that run there are ended."""
    yield tmp_path / "hub"
    for pid in (tmp_path / "pids").read_text().split() if (tmp_path / "pids").exists() else ():
        os.killpg(int(pid), signal.SIGTERM)


def sign_up(person: Person, password: str) -> None:
    """Fill in and send the sign-up page."""
    page = person.open("/accounts/signup/")
    page.get_by_label("Email").fill("nora@larkmeadow.example")
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_label("Password (again)").fill(password)
    page.get_by_role("button", name="Sign Up").click()


def test_a_common_password_is_refused_with_its_reason(newcomer: Person) -> None:
    sign_up(newcomer, "passwordpassword")
    expect(newcomer.page.locator(".error")).to_be_visible()
    assert newcomer.page.url.endswith("/accounts/signup/")


def test_no_page_of_hers_opens_before_the_second_factor(newcomer: Person) -> None:
    sign_up(newcomer, PASSWORD)
    newcomer.page.wait_for_url(f"**{SET_UP}")
    for path in BEHIND_THE_SECOND_FACTOR:
        newcomer.open(path)
        assert newcomer.page.url.endswith(SET_UP), path


def test_the_second_factor_is_set_up_with_the_secret_that_the_page_shows(newcomer: Person) -> None:
    page = newcomer.open(SET_UP)
    assert wrong_in(page) == []
    secret = page.locator("input[readonly], input[disabled]").first.input_value()
    newcomer.authenticator = Authenticator(secret)
    page.locator("input[name=code]").fill("000000")
    page.get_by_role("button", name="Activate").click()
    expect(page.locator(".error")).to_be_visible()
    page.locator("input[name=code]").fill(newcomer.code())
    page.get_by_role("button", name="Activate").click()
    page.wait_for_url("**/accounts/2fa/recovery-codes/")
    assert len(page.get_by_label("Unused codes").input_value().split()) == 10
    assert wrong_in(page) == []
    page.get_by_role("link", name="I have kept them, go on").click()
    expect(page.get_by_role("heading", name="Start with your household key")).to_be_visible()


def test_the_key_is_made_once_two_of_its_ten_words_are_typed_back(newcomer: Person) -> None:
    page = newcomer.open("/home/")
    page.get_by_role("link", name="Make the key").click()
    newcomer.settle()
    page.get_by_role("button", name="Make the key").click()
    words = page.locator("ol.words li").all_inner_texts()
    assert wrong_in(page) == []
    assert len(words) == 10
    assert len(set(words)) > 5
    page.get_by_role("button", name="I have written them down").click()
    fields = page.get_by_label(re.compile(r"Word number \d+"))
    asked = [int(label.rsplit(" ", 1)[1]) for label in page.locator("form label:visible").all_inner_texts()]
    assert len(asked) == 2
    fields.nth(0).fill(words[asked[0] - 1])
    fields.nth(1).fill("wrong")
    page.get_by_role("button", name="Keep the key").click()
    expect(page.get_by_role("alert")).to_contain_text(f"Word number {asked[1]} is not the one")
    assert newcomer.context.request.get(f"{newcomer.town.origin}/api/household").json() is None
    fields.nth(1).fill(words[asked[1] - 1].upper())
    page.get_by_role("button", name="Keep the key").click()
    page.get_by_role("heading", name="Your key is in this browser").wait_for()
    assert words[0] not in page.locator("ol.words").text_content()  # type: ignore[operator]
    kept = newcomer.context.request.get(f"{newcomer.town.origin}/api/household").json()
    assert kept["recipient"].startswith("age1")


def test_her_camera_is_added_and_its_first_clip_arrives_live(
    newcomer: Person, town: Town, hub_home: Path
) -> None:
    page = newcomer.open("/home/cameras/")
    page.get_by_label("Name").fill("Garden gate")
    page.get_by_label("Latitude").fill(str(FRONT_DOOR.lat))
    page.get_by_label("Longitude").fill(str(FRONT_DOOR.lon))
    page.get_by_role("button", name="Add and show the pairing code").click()
    command = page.get_by_label("Command, shown this once")
    command.wait_for()
    assert wrong_in(page) == []
    said = command.input_value().split()
    assert said[:3] == ["vicinage", "hub", "pair"]
    assert said[-2] == "--source"
    expect(page.get_by_role("heading", name="Garden gate")).to_be_visible()

    newcomer.open("/home/")
    expect(page.get_by_role("heading", name="No clip yet")).to_be_visible()
    page.evaluate("() => { window.isTheSamePage = true; }")
    pair_and_run([*said[1:4], "--source", town.camera_url], hub_home)

    clip = page.locator("li.clip").first
    clip.wait_for(timeout=75_000)
    expect(clip).to_contain_text("Garden gate")
    page.wait_for_function("() => document.querySelector('li.clip img').naturalWidth > 100")
    expect(page.get_by_role("status").filter(has_text="New clip from Garden gate")).to_be_visible()
    assert page.evaluate("() => window.isTheSamePage"), "the page was loaded again"


def pair_and_run(command: list[str], hub_home: Path) -> None:
    """Pair a hub by the command of the page, with the real address of a camera; then start it."""
    console = [sys.executable, "-m", "vicinage.cli"]
    paired = subprocess.run(
        [*console, *command, "--home", hub_home], capture_output=True, text=True, check=False
    )
    assert paired.returncode == 0, paired.stderr
    with (hub_home.parent / "hub.log").open("wb") as log:
        hub = subprocess.Popen(
            [*console, "hub", "run", "--home", hub_home], stdout=log, stderr=log, start_new_session=True
        )
    (hub_home.parent / "pids").write_text(f"{hub.pid}")
