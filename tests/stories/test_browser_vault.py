"""Carol gives Hazel access to the police's key; both open the same clip; Hazel leaves, Carol still opens it.

What Alice handed over in the demo town's making is what they open. The words are read from one screen
and typed on the other, as by telephone.
"""

import re
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.stories.browsing import Person, Town
from tests.stories.conftest import Meet
from tests.stories.looking import wrong_in

REASON = "Interview of the driver"


@pytest.fixture(scope="module")
def words() -> dict[str, list[str]]:
    """What officers wrote on paper, by whose it is."""
    return {}


def handed(town: Town) -> str:
    """The page of what Alice handed to the police."""
    return f"/agency/handovers/{town.made('handover')}/"


def opens(person: Person, town: Town) -> Page:
    """The person opens the clip in the browser, for a reason, and sees its picture."""
    page = person.open(handed(town))
    page.get_by_label("Why you download it").fill(REASON)
    page.get_by_role("button", name=re.compile("^Open the clip of")).first.click()
    video = page.locator("video")
    video.wait_for()
    page.wait_for_function("() => document.querySelector('video').readyState >= 1")
    assert int(str(video.evaluate("video => video.videoWidth"))) > 0
    return page


def test_carol_brings_her_own_key_and_has_access(meet: Meet, town: Town) -> None:
    town.made("handover")
    carol = meet("carol")
    page = carol.open("/agency/key/")
    expect(page.get_by_text("Only one officer can open this key here.")).to_be_visible()
    page.get_by_label("Your own ten words").fill(town.kept("carol-own-code.txt").replace("-", " "))
    with page.expect_navigation():
        page.get_by_role("button", name="Open my key").click()
    carol.settle()
    expect(page.get_by_role("heading", name="Your own key is in this browser")).to_be_visible()
    expect(page.get_by_role("link", name="Save as a file for age")).to_have_count(1)
    assert wrong_in(page) == []


def test_hazel_makes_her_own_key_and_has_no_access_yet(
    meet: Meet, town: Town, words: dict[str, list[str]]
) -> None:
    hazel = meet("hazel")
    page = hazel.open("/agency/key/")
    page.get_by_role("button", name="Make my key").click()
    words["hazel"] = page.locator('[data-island="officer-key"] [data-part="word-list"] li').all_inner_texts()
    assert len(words["hazel"]) == 10
    page.get_by_role("button", name="I have written them down").first.click()
    form = page.locator('[data-island="officer-key"] form[data-part="check"]')
    for name in ("a", "b"):
        asked = form.locator(f'[data-part="label-{name}"]').inner_text()
        place = int(re.findall(r"\d+", asked)[0])
        form.locator(f'input[name="{name}"]').fill(words["hazel"][place - 1])
    with page.expect_navigation():
        form.get_by_role("button", name="Keep my key").click()
    hazel.settle()
    expect(page.get_by_text("You cannot open your agency's key yet.")).to_be_visible()
    words["five"] = page.locator('[data-part="own-words"]').inner_text().split()
    assert len(words["five"]) == 5
    page = hazel.open(handed(town))
    page.get_by_label("Why you download it").fill(REASON)
    page.get_by_role("button", name=re.compile("^Open the clip of")).first.click()
    expect(page.get_by_role("alert")).to_contain_text("You have no access to the key")


def test_wrong_words_give_nothing_and_the_right_ones_give_access(
    meet: Meet, words: dict[str, list[str]]
) -> None:
    carol = meet("carol")
    page = carol.open("/agency/key/")
    hazels = page.locator('[data-part="colleagues"] li', has_text="hazel@")
    hazels.get_by_label("The five words they read to you").fill("acid acid acid acid acid")
    hazels.get_by_role("button", name="Give access").click()
    expect(page.locator('[data-island="agency-key"]').get_by_role("alert")).to_contain_text(
        "not the five words"
    )
    hazels.get_by_label("The five words they read to you").fill(" ".join(words["five"]))
    with page.expect_navigation():
        hazels.get_by_role("button", name="Give access").click()
    carol.settle()
    expect(page.locator('[data-part="colleagues"] li', has_text="hazel@")).to_contain_text(
        "can open what you can"
    )
    expect(page.get_by_text("2 officers can open it")).to_be_visible()


def test_both_open_the_same_clip_and_each_is_on_the_list(meet: Meet, town: Town, tmp_path: Path) -> None:
    saved = []
    for name in ("carol", "hazel"):
        page = opens(meet(name), town)
        assert wrong_in(page) == []
        with page.expect_download() as download:
            page.get_by_role("link", name="Save the opened clip").click()
        download.value.save_as(tmp_path / f"{name}.mp4")
        saved.append((tmp_path / f"{name}.mp4").read_bytes())
    assert saved[0] == saved[1]
    assert saved[0][4:8] == b"ftyp"
    page = meet("carol").open(handed(town))
    fetched = page.get_by_role("region", name="Fetched by your agency")
    for said in ("carol@police.larkmeadow.example", "hazel@police.larkmeadow.example", REASON):
        expect(fetched).to_contain_text(said)


def test_the_saved_file_is_one_that_stock_age_opens_with(meet: Meet, town: Town, tmp_path: Path) -> None:
    hazel = meet("hazel")
    page = hazel.open("/agency/key/")
    with page.expect_download() as download:
        page.get_by_role("link", name="Save as a file for age").click()
    download.value.save_as(tmp_path / "agency-identity.txt")
    page = hazel.open(handed(town))
    page.get_by_label("Why you download it").fill(REASON)
    with page.expect_download() as download:
        page.get_by_role("button", name=re.compile(r"\.age$")).first.click()
    download.value.save_as(tmp_path / "clip.age")
    command = ["age", "-d", "-i", str(tmp_path / "agency-identity.txt"), str(tmp_path / "clip.age")]
    assert subprocess.run(command, capture_output=True, check=True).stdout[4:8] == b"ftyp"


def test_one_leaves_and_the_other_still_opens(meet: Meet, town: Town) -> None:
    carol, hazel = meet("carol"), meet("hazel")
    page = hazel.open("/agency/officers/")
    page.get_by_text("You leave", exact=True).click()
    page.get_by_role("button", name="I do not act for the agency any more").click()
    hazel.page.wait_for_load_state()
    for path in (handed(town), "/agency/key/", "/api/agency/vault"):
        assert hazel.context.request.get(town.origin + path).status == 404
    opens(carol, town)
    expect(carol.open("/agency/key/").get_by_text("Only one officer can open this key here.")).to_be_visible()


def test_alice_sees_that_it_was_fetched_and_when_not_by_whom(alice: Person, town: Town) -> None:
    page = alice.open(f"/home/handovers/{town.made('handover')}/")
    expect(page.get_by_role("heading", name="Fetched by the agency")).to_be_visible()
    told = page.content()
    assert "hazel@" not in told
    assert "carol@" not in told
    assert REASON not in told
    expect(page.get_by_text("The agency promised to delete it by")).to_be_visible()
