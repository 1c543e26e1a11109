"""The streets of Larkmeadow, a town that does not exist, drawn by arithmetic.

The map of the demo shows these lines, so that no map tile of anybody else is needed. A grid of
avenues and streets, slightly turned, with a creek that winds through it and a park beside it.
GeoJSON (RFC 7946): longitude first, six decimals.
"""

import json
import math
from pathlib import Path

from vicinage import durable

CENTRE_LAT, CENTRE_LON = 41.4000, -100.9000
"""Open prairie: nobody lives here."""

TURN = math.radians(7.0)
BLOCK_EAST_M, BLOCK_NORTH_M = 130.0, 95.0
HALF_EAST, HALF_NORTH = 8, 9
METRES_A_DEGREE = 111_194.9

AVENUES = (
    "Rye", "Barley", "Oat", "Millet", "Clover", "Lupin", "Vetch", "Sorrel", "Main",
    "Yarrow", "Tansy", "Mallow", "Burnet", "Sedge", "Rush", "Reed", "Heather",
)  # fmt: skip
STREETS = (
    "Wren", "Finch", "Plover", "Lapwing", "Curlew", "Starling", "Swift", "Martin", "Heron",
    "Lark", "Kestrel", "Linnet", "Pipit", "Siskin", "Dunnock", "Thrush", "Wagtail", "Bunting", "Teal",
)  # fmt: skip

Position = list[float]


def at(east_m: float, north_m: float) -> Position:
    """[lon, lat] of a place that many metres east and north of the town's centre, along its grid."""
    east = east_m * math.cos(TURN) - north_m * math.sin(TURN)
    north = east_m * math.sin(TURN) + north_m * math.cos(TURN)
    lat = CENTRE_LAT + north / METRES_A_DEGREE
    lon = CENTRE_LON + east / (METRES_A_DEGREE * math.cos(math.radians(CENTRE_LAT)))
    return [round(lon, 6), round(lat, 6)]


def make_town() -> dict[str, object]:
    """The whole town as a FeatureCollection; properties: kind, name."""
    half_east_m, half_north_m = HALF_EAST * BLOCK_EAST_M, HALF_NORTH * BLOCK_NORTH_M
    features = []
    for number, name in enumerate(AVENUES):
        east = (number - HALF_EAST) * BLOCK_EAST_M
        kind = "main" if name == "Main" else "street"
        line = [at(east, -half_north_m), at(east, half_north_m)]
        features.append(_feature(kind, f"{name} Avenue", "LineString", line))
    for number, name in enumerate(STREETS):
        north = (number - HALF_NORTH) * BLOCK_NORTH_M
        kind = "main" if name == "Lark" else "street"
        line = [at(-half_east_m, north), at(half_east_m, north)]
        features.append(_feature(kind, f"{name} Street", "LineString", line))
    steps = range(-60, 61)
    creek = [at(s * 20.0, -430 + 70 * math.sin(s / 9) + 25 * math.sin(s / 4)) for s in steps]
    features.append(_feature("water", "Meadow Creek", "LineString", creek))
    west, east, south, north = (
        -4 * BLOCK_EAST_M + 12, -2 * BLOCK_EAST_M - 12, 2 * BLOCK_NORTH_M + 12, 5 * BLOCK_NORTH_M - 12,
    )  # fmt: skip
    ring = [at(west, south), at(east, south), at(east, north), at(west, north), at(west, south)]
    features.append(_feature("park", "Lark Green", "Polygon", [ring]))
    return {"type": "FeatureCollection", "features": features}


def _feature(kind: str, name: str, shape: str, coordinates: object) -> dict[str, object]:
    return {
        "type": "Feature",
        "properties": {"kind": kind, "name": name},
        "geometry": {"type": shape, "coordinates": coordinates},
    }


def write_town(path: Path) -> None:
    """Write the map as GeoJSON, at once."""
    durable.private_folder(path.parent)
    durable.replace(path, json.dumps(make_town(), separators=(",", ":")).encode() + b"\n")
