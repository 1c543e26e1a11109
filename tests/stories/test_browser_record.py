"""The public record in a real browser: the map beside the list, areas on a map, a proof on its own page."""

import json
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.stories.browsing import PHONE, Town
from tests.stories.conftest import Meet
from tests.stories.looking import wrong_in


def tiny_tiles() -> bytes:
    """A PMTiles archive (version 3) of one empty tile and metadata: enough for a map to open it."""
    metadata = json.dumps(
        {"vector_layers": [{"id": "roads", "fields": {}}], "attribution": "<b>A map of ours</b>"}
    )
    tile, root = b"\x1a\x00", bytes((1, 0, 1, 2, 1))  # one entry: tile 0, run 1, length 2, offset 0
    at = 127
    places = (at, len(root), at + len(root), len(metadata), 0, 0, at + len(root) + len(metadata), len(tile))
    counts = (1, 1, 1)
    box = (-1_010_000_000, 410_000_000, -1_000_000_000, 420_000_000)
    head = b"PMTiles\x03" + struct.pack("<8Q3Q", *places, *counts)
    head += bytes((1, 1, 1, 1, 0, 0)) + struct.pack("<4iB2i", *box, 0, -1_005_000_000, 415_000_000)
    return head + root + metadata.encode() + tile


@pytest.fixture
def rfa(town: Town) -> str:
    """The page of a published request."""
    return f"/rfas/{town.made('rfa bicycles')}/"


@pytest.fixture(autouse=True)
def both_agencies(town: Town) -> None:
    """The town's agencies have come in."""
    for kind in ("police", "fire"):
        town.made(f"keys {kind}")


def test_the_map_shows_the_agencies_and_names_those_pointed_at(meet: Meet) -> None:
    page = meet("anyone").open("/agencies/")
    page.locator("canvas[data-drawn]:not([data-drawn='0'])").wait_for()
    spot = page.evaluate("() => document.querySelector('[data-seat]').dataset.seat")
    assert len(spot.split(",")) == 2
    page.get_by_role("button", name="Closer").click()
    page.get_by_role("button", name="Whole country").click()
    box = page.locator("canvas").bounding_box()
    assert box is not None
    # The town's agencies all sit in one place; wherever that is, pointing at each part of the map finds it.
    told = page.locator('[data-part="named"] a')
    for x in range(10, int(box["width"]), 14):
        for y in range(10, int(box["height"]), 14):
            page.mouse.click(box["x"] + x, box["y"] + y)
            if told.count():
                break
        if told.count():
            break
    expect(told.first).to_have_attribute(
        "href", "/agencies/" + told.first.evaluate("a => a.pathname.split('/')[2]") + "/"
    )
    assert wrong_in(page) == []


def test_the_list_is_searched_with_the_keyboard_alone(meet: Meet) -> None:
    page = meet("anyone").open("/agencies/")
    page.get_by_label("Name, place or domain").focus()
    page.keyboard.type("fire")
    page.keyboard.press("Enter")
    page.wait_for_url("**/agencies/?q=fire*")
    link = page.locator(".rows a").first
    link.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="What was verified")).to_be_visible()
    assert wrong_in(page) == []


def test_the_proof_of_a_request_is_checked_on_its_own_page(meet: Meet, rfa: str) -> None:
    page = meet("anyone").open(rfa)
    page.get_by_role("button", name="Check the proof in this browser").click()
    result = page.locator('[data-part="result"]')
    expect(result).to_contain_text("The proof holds.")
    expect(result).to_contain_text("is the text that was logged")
    assert wrong_in(page) == []


def test_an_area_is_shown_on_the_towns_own_map(meet: Meet, rfa: str) -> None:
    page = meet("anyone").open(rfa)
    page.get_by_role("button", name="Show on the map of streets").click()
    page.locator('[data-part="map"][data-ready]').wait_for()
    expect(page.locator(".maplibregl-canvas")).to_be_visible()
    assert wrong_in(page) == []


@pytest.fixture
def tiled(town: Town) -> Iterator[Path]:
    """The operator lays tiles, for one story."""
    path = Path(town.home) / "public" / "map.pmtiles"
    path.write_bytes(tiny_tiles())
    yield path
    path.unlink()


def test_the_operators_tiles_are_read_by_ranges_and_their_markup_is_not(
    meet: Meet, tiled: Path, rfa: str
) -> None:
    anyone = meet("anyone")
    page = anyone.open("/")
    ranges: list[str] = []
    page.on(
        "request",
        lambda asked: ranges.append(asked.headers.get("range", "")) if "pmtiles" in asked.url else None,
    )
    page.goto(anyone.town.origin + rfa)
    page.get_by_role("button", name="Show on the map of streets").click()
    page.locator('[data-part="map"][data-ready]').wait_for()
    expect(page.get_by_text("A map of ours")).to_be_visible()
    assert page.locator(".maplibregl-map b").count() == 0
    assert all(asked.startswith("bytes=") for asked in ranges)
    assert ranges


def test_on_a_phone_the_map_of_the_form_stands_before_its_buttons(meet: Meet) -> None:
    page = meet("carol").open("/agency/rfas/new/")
    page.set_viewport_size(PHONE)
    area, send = page.locator('[data-part="map"]'), page.get_by_role("button", name="Submit for review")
    area.locator("canvas").wait_for()
    above, below = area.bounding_box(), send.bounding_box()
    assert above is not None
    assert below is not None
    assert above["y"] + above["height"] <= below["y"]
    assert wrong_in(page) == []
