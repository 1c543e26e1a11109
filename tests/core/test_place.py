"""Points, areas and cells."""

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from spec.vectors import make
from vicinage.core import place
from vicinage.core.errors import PlaceError

VECTORS = json.loads((Path(make.__file__).parent / "place.json").read_text(encoding="utf-8"))
LAT = st.floats(-80, 80)
LON = st.floats(-179, 179)
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=6) | st.dictionaries(st.sampled_from(["type", "coordinates", "x"]), inner)
    ),
    max_leaves=40,
)


@pytest.mark.parametrize("case", VECTORS["areas"], ids=lambda case: str(case["name"]))
def test_the_vectors_say_what_the_code_says_of_an_area(case: dict[str, Any]) -> None:
    assert make._place_case(case["name"], case["given"]) == case


@pytest.mark.parametrize("case", VECTORS["refused"], ids=lambda case: str(case["name"]))
def test_a_polygon_that_cannot_be_read_is_refused(case: dict[str, Any]) -> None:
    with pytest.raises(PlaceError) as caught:
        place.parse_area(case["given"])
    assert caught.value.code == case["code"]


def test_a_point_has_six_decimals_and_no_minus_zero() -> None:
    assert place.Point(39.12345678, -0.0000001) == place.Point(39.123457, 0.0)
    assert str(place.Point(-0.0, -0.0).lat) == "0.0"


@pytest.mark.parametrize(
    ("lat", "lon"),
    [(91, 0), (10**400, 0), (0, 181), (float("nan"), 0), (0, float("inf")), (True, 0), ("1", 0)],
)
def test_a_point_off_the_earth_is_refused(lat: Any, lon: Any) -> None:
    with pytest.raises(PlaceError):
        place.Point(lat, lon)


@settings(deadline=None)
@given(LAT, LON, st.floats(100, 700), st.integers(3, 60))
def test_reading_a_written_area_gives_the_same_area(
    lat: float, lon: float, radius: float, corners: int
) -> None:
    area = place.circle(place.Point(lat, lon), radius, corners)
    assert place.parse_area(area.geojson()) == area


@settings(deadline=None)
@given(LAT, LON, st.floats(144, 642))
def test_a_circle_is_smaller_than_the_true_circle_by_less_than_a_half_percent(
    lat: float, lon: float, radius: float
) -> None:
    true = 3.141592653589793 * radius**2
    assert true * 0.99 < place.area_m2(place.circle(place.Point(lat, lon), radius)) < true


@settings(deadline=None)
@given(LAT, LON, st.floats(100, 700), st.floats(0, 0.99), st.floats(0, 360))
def test_what_is_near_the_centre_is_inside_and_what_is_far_is_not(
    lat: float, lon: float, radius: float, part: float, turn: float
) -> None:
    center = place.Point(lat, lon)
    area = place.circle(center, radius)
    east, north, _ = place._GEOD.fwd(center.lon, center.lat, turn, radius * part * 0.99)
    assert place.contains(area, place.Point(north, east))
    east, north, _ = place._GEOD.fwd(center.lon, center.lat, turn, radius * (1.01 + part))
    assert not place.contains(area, place.Point(north, east))


@settings(deadline=None)
@given(LAT, LON, st.floats(100, 700), st.floats(0, 1), st.floats(0, 360))
def test_the_cells_of_an_area_hold_every_point_of_it(
    lat: float, lon: float, radius: float, part: float, turn: float
) -> None:
    center = place.Point(lat, lon)
    area = place.circle(center, radius)
    east, north, _ = place._GEOD.fwd(center.lon, center.lat, turn, radius * part)
    point = place.Point(north, east)
    assume(place.contains(area, point))
    assert place.cell_of(point) in place.cells_of(area)


def test_the_border_and_the_corners_are_inside() -> None:
    area = place.parse_area(make._ring((0, 0), (0.01, 0), (0.01, 0.01), (0, 0.01)))
    assert place.contains(area, place.Point(0, 0))
    assert place.contains(area, place.Point(0.005, 0.01))
    assert not place.contains(area, place.Point(0.005, 0.010001))


def test_a_flawed_area_has_no_cells() -> None:
    with pytest.raises(PlaceError, match="self-crossing"):
        place.cells_of(place.parse_area(make._ring((0, 0), (0.01, 0.01), (0.01, 0), (0, 0.01))))


def test_a_clockwise_ring_is_turned() -> None:
    left = place.parse_area(make._ring((0, 0), (1, 0), (1, 1)))
    right = place.parse_area(make._ring((1, 1), (1, 0), (0, 0)))
    assert place._signed(left.ring) > 0
    assert place._signed(right.ring) > 0
    assert place.area_m2(left) == pytest.approx(place.area_m2(right))


@settings(deadline=None, max_examples=300)
@given(JSON)
def test_no_json_breaks_the_reader_of_areas(value: object) -> None:
    with contextlib.suppress(PlaceError):
        area = place.parse_area(value)
        assert place.parse_area(area.geojson()) == area


def test_a_circle_without_size_is_refused() -> None:
    with pytest.raises(PlaceError):
        place.circle(make.CENTER, 0)


def test_a_coarse_cell_has_no_finer_place_in_its_spare_bits() -> None:
    cell = place.cell_of(place.Point(39.28, -76.59))
    assert place.is_coarse_cell(cell)
    for other in (cell[:9] + "012345", "87" + "0" * 13, "8a2aa8a6e80ffff", "", "872aa8a6e", "x" * 15):
        assert not place.is_coarse_cell(other), other
