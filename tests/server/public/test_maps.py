"""The operator's own map: asked for only where there is one, and read by ranges."""

from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient, Client

pytestmark = pytest.mark.django_db
TILES = b"PMTiles\x03" + bytes(range(200))


def laid(home: Path, name: str, data: bytes) -> None:
    """The operator puts a file into the public folder."""
    (home / "public").mkdir(parents=True, exist_ok=True)
    (home / "public" / name).write_bytes(data)


def test_a_bare_server_says_so_and_no_browser_asks_in_vain(home: Path) -> None:
    assert Client().get("/public/map.json").json() == {"tiles": False, "town": False}
    assert Client().get("/public/map.pmtiles").status_code == 404
    assert Client().get("/public/town.geojson").status_code == 404


def test_what_the_operator_lays_there_is_told_at_once(home: Path) -> None:
    laid(home, "town.geojson", b'{"type":"FeatureCollection","features":[]}')
    assert Client().get("/public/map.json").json() == {"tiles": False, "town": True}
    laid(home, "map.pmtiles", TILES)
    assert Client().get("/public/map.json").json() == {"tiles": True, "town": True}
    assert Client().get("/public/town.geojson").headers["Content-Type"] == "application/geo+json"


@pytest.mark.parametrize(
    ("wanted", "status", "given"),
    [
        ("", 200, TILES),
        ("bytes=0-6", 206, b"PMTiles"),
        ("bytes=8-11", 206, TILES[8:12]),
        ("bytes=-3", 206, TILES[-3:]),
        ("bytes=9999-", 416, b""),
    ],
)
def test_tiles_are_read_by_ranges(home: Path, wanted: str, status: int, given: bytes) -> None:
    laid(home, "map.pmtiles", TILES)

    @async_to_sync
    async def asked() -> tuple[Any, bytes]:
        headers = {"Range": wanted} if wanted else {}
        answer: Any = await AsyncClient().get("/public/map.pmtiles", headers=headers)
        return answer, b"".join([piece async for piece in answer]) if answer.streaming else answer.content

    answer, body = asked()
    assert (answer.status_code, body) == (status, given)
    if status != 416:
        assert answer.headers["ETag"].startswith('"')
        assert answer.headers["Accept-Ranges"] == "bytes"
        assert "public" in answer.headers["Cache-Control"]
    if status == 206:
        assert answer.headers["Content-Range"].endswith(f"/{len(TILES)}")


def test_a_range_of_an_older_map_is_not_mixed_with_the_new_one(home: Path) -> None:
    laid(home, "map.pmtiles", TILES)
    old = Client().get("/public/map.pmtiles").headers["ETag"]
    laid(home, "map.pmtiles", TILES + b"more")
    answer = Client().get("/public/map.pmtiles", headers={"Range": "bytes=0-6", "If-Range": old})
    assert answer.status_code == 200
