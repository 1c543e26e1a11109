"""Alice's library in a browser: the time line, a clip that plays and is sought in, and its download."""

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
from playwright.sync_api import Page, expect

from tests.stories.browsing import Person, Town
from tests.stories.conftest import Meet

PLAYING = "() => document.querySelector('video').readyState >= 3"


def first_clip(alice: Person, town: Town) -> str:
    """The oldest clip of her library; gives its id."""
    town.made("rfa parcel")
    page = alice.open("/home/")
    clip = page.locator("[data-clip]").last.get_attribute("data-clip")
    assert clip is not None
    return clip


def test_without_her_key_names_and_pictures_stay_sealed(meet: Meet, town: Town) -> None:
    town.made("rfa parcel")
    alice = meet("alice")
    page = alice.open("/home/")
    expect(page.get_by_text("Your clips are sealed.")).to_be_visible()
    expect(page.get_by_text("Front door")).to_have_count(0)


def test_nine_right_words_and_a_wrong_one_open_nothing(meet: Meet, town: Town) -> None:
    page = meet("alice").open("/home/key/")
    words = town.kept("alice-recovery-code.txt").strip().split("-")
    page.get_by_label("Your ten words").fill(" ".join([*words[:9], "zoom" if words[9] != "zoom" else "zone"]))
    page.get_by_role("button", name="Open the key").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_role("heading", name="Your key is in this browser")).to_be_hidden()


def test_with_her_ten_words_she_sees_the_time_line_with_names_and_pictures(alice: Person, town: Town) -> None:
    first_clip(alice, town)
    page = alice.page
    clips = page.locator("li.clip")
    expect(clips.first).to_contain_text("Front door")
    assert page.locator(".timeline span").count() == clips.count() > 0
    page.wait_for_function(
        "() => [...document.querySelectorAll('li.clip img')].every((image) => image.naturalWidth > 100)"
    )


def in_video(page: Page, expression: str) -> Any:
    """The value of an expression over `video`."""
    return page.evaluate(f"() => {{ const video = document.querySelector('video'); return {expression}; }}")


def test_a_clip_plays_at_its_size_and_seeks(alice: Person, town: Town) -> None:
    page = alice.open(f"/home/clips/{first_clip(alice, town)}/")
    page.wait_for_function(PLAYING)
    size = re.search(r"(\d+) × (\d+)", page.locator('[data-part="format"]').inner_text())
    assert size is not None
    assert [in_video(page, "video.videoWidth"), in_video(page, "video.videoHeight")] == [
        *map(int, size.groups())
    ]
    in_video(page, "(video.muted = true, video.play())")
    page.wait_for_function("() => document.querySelector('video').currentTime > 0.5")
    length = in_video(page, "video.duration")
    assert length > 5
    page.evaluate(f"() => {{ document.querySelector('video').currentTime = {length * 0.8}; }}")
    page.wait_for_function(
        f"() => {{ const video = document.querySelector('video');"
        f" return !video.seeking && video.readyState >= 2 && video.currentTime >= {length * 0.8}; }}"
    )
    in_video(page, "video.pause()")
    assert in_video(page, "video.error") is None
    expect(page.locator('[data-part="now"]')).to_contain_text("Showing")


def test_the_picture_changes_while_it_plays(alice: Person, town: Town) -> None:
    """What is drawn at two times differs: the frames are really decoded."""
    page = alice.open(f"/home/clips/{first_clip(alice, town)}/")
    page.wait_for_function(PLAYING)
    drawn: Callable[[float], Any] = lambda second: page.evaluate(  # noqa: E731
        """async (second) => {
          const video = document.querySelector('video');
          await new Promise((resolve) => {
            video.addEventListener('seeked', resolve, { once: true });
            video.currentTime = second;
          });
          const canvas = document.createElement('canvas');
          canvas.width = 64; canvas.height = 36;
          const ink = canvas.getContext('2d');
          ink.drawImage(video, 0, 0, 64, 36);
          return [...ink.getImageData(0, 0, 64, 36).data];
        }""",
        second,
    )
    one, other = drawn(1.0), drawn(8.0)
    assert max(one) > 100, "the picture is black"
    assert sum(abs(a - b) > 24 for a, b in zip(one, other, strict=True)) > 8


def test_the_download_is_an_age_file_that_the_stock_tool_opens(
    alice: Person, town: Town, tmp_path: Path
) -> None:
    page = alice.open(f"/home/clips/{first_clip(alice, town)}/")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download, sealed").click()
    sealed, opened, identity = tmp_path / "clip.age", tmp_path / "clip.mp4", tmp_path / "identity.txt"
    download.value.save_as(sealed)
    identity.write_text(town.kept("alice-household.txt"))
    subprocess.run(["age", "-d", "-i", identity, "-o", opened, sealed], check=True, timeout=30)
    with av.open(str(opened)) as video:
        frames = [frame for _, frame in zip(range(5), video.decode(video=0), strict=False)]
    assert len(frames) == 5
    assert f"{frames[0].width} × {frames[0].height}" in page.locator('[data-part="format"]').inner_text()
    with page.expect_download() as plain:
        page.get_by_role("button", name="Download as MP4").click()
    expect(page.locator('[data-part="progress"]')).to_contain_text("Whole and unchanged")
    plain.value.save_as(tmp_path / "plain.mp4")
    assert (tmp_path / "plain.mp4").read_bytes() == opened.read_bytes()


def test_neither_words_nor_key_nor_place_leave_her_browser(alice: Person, town: Town) -> None:
    """Every request of her browser, while she opens her key and looks around."""
    sent: list[str] = []
    alice.page.on("request", lambda asked: sent.append(f"{asked.url} {asked.post_data or ''}"))
    page = alice.open("/home/key/")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Remove the key from this browser").click()
    words = town.kept("alice-recovery-code.txt").strip()
    page.get_by_label("Your ten words").fill(words.replace("-", " "))
    page.get_by_role("button", name="Open the key").click()
    page.get_by_role("heading", name="Your key is in this browser").wait_for()
    first_clip(alice, town)
    camera = alice.open("/home/cameras/").locator("[data-camera] .meta").first.inner_text()
    lat = re.search(r"-?\d+\.\d{4}", camera)
    assert lat is not None
    household = town.kept("alice-household.txt")
    secret = next(line for line in household.splitlines() if line.startswith("AGE-SECRET-KEY-"))
    everything = json.dumps(sent)
    assert "/api/clips" in everything
    for marker in (*words.split("-")[:2], secret[15:40], lat.group(), "Front door"):
        assert marker not in everything, marker
