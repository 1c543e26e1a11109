"""The resident's pages read without script: times in words, an empty state for each, no inline script."""

import re
from datetime import timedelta

import pytest

from tests.cast import NOW, Cast
from vicinage.server.library import actions

pytestmark = pytest.mark.django_db

PAGES = ["/home/", "/home/key/", "/home/cameras/"]


def test_each_empty_page_says_what_to_do_first(cast: Cast) -> None:
    for path in PAGES:
        html = cast.bob.client.get(path).content.decode()
        assert "Make the key" in html or "key yet" in html


def test_the_library_tells_times_and_links_without_script(cast: Cast) -> None:
    first = cast.alices_home.clip(start=NOW)
    second = cast.alices_home.clip(start=NOW + timedelta(days=1))
    html = cast.alice.client.get("/home/").content.decode()
    assert 'datetime="2026-11-22T15:00:00+00:00"' in html
    assert "15:00:08 UTC" in html
    assert html.index(f"/home/clips/{second.pk}/") < html.index(f"/home/clips/{first.pk}/")


def test_an_upload_that_is_not_whole_is_not_in_the_library(cast: Cast) -> None:
    offer = cast.alices_home.offer(b"x" * 100)
    actions.offer_clip(cast.alices_home.camera, offer)
    html = cast.alice.client.get("/home/").content.decode()
    assert offer.id not in html
    assert "No clips yet" in html


def test_older_clips_are_on_a_further_page(cast: Cast) -> None:
    for minute in range(31):
        cast.alices_home.clip(start=NOW + timedelta(minutes=minute))
    html = cast.alice.client.get("/home/").content.decode()
    following = re.search(r'href="(\?before=[a-z2-7]{16})"', html)
    assert following is not None
    assert cast.alice.client.get("/home/" + following[1]).content.decode().count('class="clip"') >= 1


def test_the_player_page_offers_download_and_deletion(cast: Cast) -> None:
    clip = cast.alices_home.clip()
    html = cast.alice.client.get(f"/home/clips/{clip.pk}/").content.decode()
    assert f'href="/home/clips/{clip.pk}/clip.age"' in html
    assert f'action="/home/clips/{clip.pk}/delete/"' in html
    assert clip.payload_sha256 in html


def test_pages_carry_the_policy_and_no_inline_script(cast: Cast) -> None:
    clip = cast.alices_home.clip()
    for path in [*PAGES, f"/home/clips/{clip.pk}/"]:
        response = cast.alice.client.get(path)
        assert "script-src 'self'" in response["Content-Security-Policy"]
        assert response["Cache-Control"] == "private, no-store"
        html = response.content.decode()
        for script in re.findall(r"<script\b[^>]*>", html):
            assert "src=" in script or "application/json" in script
        assert "<style" not in html
        assert " style=" not in html
