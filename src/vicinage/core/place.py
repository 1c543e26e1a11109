"""Points, areas and H3 cells on the earth. Degrees, WGS 84; areas in square metres.

Coordinates are kept to six decimals (a corner moves at most 8 cm). GeoJSON puts longitude first
(RFC 7946, 3.1.1); here a Point names its parts.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import cos, radians

import h3
from pyproj import Geod
from shapely import distance, points
from shapely.affinity import scale
from shapely.geometry import Point as ShapelyPoint
from shapely.geometry import Polygon

from vicinage.core.errors import PlaceError

RESOLUTION = 7  # of the coarse H3 cell: about 5 square kilometres
SQUARE_MILE_M2 = 2589988.110336
AREA_TOLERANCE = 0.002  # of a limit: what rounding corners to six decimals can do; spec/rfa.md
MAX_VERTICES = 200
MAX_ACROSS_M = 10_000.0  # an area stands around one incident; this also bounds its cells
MIN_ARM_M = 30.0  # a narrower part of an area is an arm,
MAX_REACH_M = 60.0  # which may reach so far out of the rest: a sharp corner does, a pointing finger does not
_METRES_PER_DEGREE = 111_195.0  # of latitude, on the sphere of equal volume
_GEOD = Geod(ellps="WGS84")


def _short(value: float) -> str:
    """The number in few digits. JSON has integers that no float can hold."""
    try:
        return f"{value:.10g}"
    except OverflowError:
        return "beyond any scale"


def _degrees(value: object, most: float, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise PlaceError("place-not-number", f"The {name} must be a number of degrees.")
    if not -most <= value <= most:  # also refuses NaN
        raise PlaceError(
            "place-out-of-range", f"The {name} is {_short(value)}; it must be from -{most:g} to {most:g}."
        )
    return round(float(value), 6) + 0.0  # + 0.0 turns -0.0 into 0.0


@dataclass(frozen=True, order=True)
class Point:
    """A place in degrees, rounded to six decimals. Raises PlaceError when out of range."""

    lat: float
    lon: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "lat", _degrees(self.lat, 90, "latitude"))
        object.__setattr__(self, "lon", _degrees(self.lon, 180, "longitude"))


@dataclass(frozen=True)
class Area:
    """A polygon of 3 to 200 corners, one ring, the first corner not repeated. Raises PlaceError.

    Kept in normal form: no corner twice in a row, counter-clockwise (RFC 7946, 3.1.6).
    """

    ring: tuple[Point, ...]

    def __post_init__(self) -> None:
        ring = tuple(p for i, p in enumerate(self.ring) if p != self.ring[i - 1])
        if not 3 <= len(ring) <= MAX_VERTICES:
            raise PlaceError(
                "area-corners", f"The area has {len(ring)} corners; it must have 3 to {MAX_VERTICES}."
            )
        object.__setattr__(self, "ring", ring if _signed(ring) >= 0 else tuple(reversed(ring)))

    def geojson(self) -> dict[str, object]:
        """The GeoJSON Polygon: one ring, closed, longitude first."""
        ring = [[p.lon, p.lat] for p in (*self.ring, self.ring[0])]
        return {"type": "Polygon", "coordinates": [ring]}


def _signed(ring: tuple[Point, ...]) -> float:
    turned = (*ring[1:], ring[0])
    return sum(a.lon * b.lat - b.lon * a.lat for a, b in zip(ring, turned, strict=True))


def parse_area(geojson: object) -> Area:
    """Read a GeoJSON Polygon with one closed ring of 3 to 200 corners. Raises PlaceError.

    Reading what was written gives the same area again.
    """
    if (
        not isinstance(geojson, dict)
        or geojson.get("type") != "Polygon"
        or set(geojson) != {"type", "coordinates"}
    ):
        raise PlaceError("area-not-polygon", "The area must be a GeoJSON Polygon: type and coordinates.")
    rings = geojson["coordinates"]
    if not isinstance(rings, list) or len(rings) != 1 or not isinstance(rings[0], list):
        raise PlaceError("area-rings", "The area must have one ring, without holes.")
    ring = rings[0]
    if not 4 <= len(ring) <= MAX_VERTICES + 1:
        raise PlaceError(
            "area-corners", f"The area has {max(len(ring) - 1, 0)} corners; it must have 3 to {MAX_VERTICES}."
        )
    if ring[0] != ring[-1]:
        raise PlaceError(
            "area-open", "The ring must end where it begins.", "Repeat the first corner at the end."
        )
    if not all(isinstance(pair, list) and len(pair) == 2 for pair in ring):
        raise PlaceError("area-corner", "Each corner must be [longitude, latitude].")
    return Area(tuple(Point(lat=lat, lon=lon) for lon, lat in ring[:-1]))


def circle(center: Point, radius_m: float, vertices: int = 48) -> Area:
    """A polygon of `vertices` corners, each `radius_m` metres from the centre. Raises PlaceError."""
    if not 0 < radius_m <= 100_000 or not 3 <= vertices <= MAX_VERTICES:
        raise PlaceError("circle-size", "A circle needs a radius of up to 100 km and 3 to 200 corners.")
    ring = []
    for i in range(vertices):
        lon, lat, _ = _GEOD.fwd(center.lon, center.lat, -360.0 * i / vertices, radius_m)
        ring.append(Point(lat=lat, lon=lon))
    return Area(tuple(ring))


@lru_cache(maxsize=256)
def _polygon(area: Area) -> Polygon:
    return Polygon([(p.lon, p.lat) for p in area.ring])


def area_m2(area: Area) -> float:
    """The area on the WGS 84 ellipsoid in square metres; edges are geodesics (Karney 2013)."""
    size, _ = _GEOD.polygon_area_perimeter([p.lon for p in area.ring], [p.lat for p in area.ring])
    return abs(float(size))


def across_m(area: Area) -> float:
    """The diagonal of the box around the area, in metres."""
    west, south, east, north = _polygon(area).bounds
    return float(_GEOD.inv(west, south, east, north)[2])


@lru_cache(maxsize=256)
def flaws(area: Area) -> tuple[str, ...]:
    """What is wrong with the shape; empty when sound.

    "antimeridian", "self-crossing", "stretched", "spiked".
    """
    turned = (*area.ring[1:], area.ring[0])
    if any(abs(a.lon - b.lon) > 180 for a, b in zip(area.ring, turned, strict=True)):
        return ("antimeridian",)  # planar tests mean nothing across it
    found = []
    if not _polygon(area).is_valid:
        found.append("self-crossing")
    if across_m(area) > MAX_ACROSS_M:
        found.append("stretched")
    if not found and reach_m(area) > MAX_REACH_M:
        found.append("spiked")
    return tuple(found)


def reach_m(area: Area) -> float:
    """How far, in metres, a corner lies from all that is at least MIN_ARM_M wide.

    A thin arm would point at single homes, and a ribbon gather many under a small size. What is wide
    enough is the area shrunk by half that width and grown again, on a local plane; where nothing is,
    the distance is to the centre.
    """
    east = _METRES_PER_DEGREE * cos(radians(area.ring[0].lat))
    flat = scale(_polygon(area), east, _METRES_PER_DEGREE, origin=(area.ring[0].lon, area.ring[0].lat))
    shrunk = flat.buffer(-MIN_ARM_M / 2)
    wide = flat.centroid if shrunk.is_empty else shrunk.buffer(MIN_ARM_M / 2)
    return float(max(distance(wide, points(list(flat.exterior.coords)))))


def apart_m(one: Area, other: Area) -> float:
    """How far two areas are apart at their nearest, in metres; 0 when they touch. Within 100 km good to 1 %.

    On a local plane around the first corner of `one`; the antimeridian is no gap.
    """
    origin = one.ring[0]
    east = _METRES_PER_DEGREE * cos(radians(origin.lat))

    def flat(area: Area) -> Polygon:
        turned = [(p.lat - origin.lat, (p.lon - origin.lon + 540) % 360 - 180) for p in area.ring]
        return Polygon([(lon * east, lat * _METRES_PER_DEGREE) for lat, lon in turned]).buffer(0)

    return float(flat(one).distance(flat(other)))


def is_far(one: Area, other: Area, metres: float) -> bool:
    """Whether the boxes around two areas, on the plane of `apart_m`, are already farther apart than that.

    Quick, so that thousands of assemblies on one day hold up nobody; False says nothing.
    """
    if _gap([p.lat for p in one.ring], [p.lat for p in other.ring]) * _METRES_PER_DEGREE > metres:
        return True
    origin = one.ring[0]
    lons = ([(p.lon - origin.lon + 540) % 360 - 180 for p in area.ring] for area in (one, other))
    return _gap(*lons) * _METRES_PER_DEGREE * cos(radians(origin.lat)) > metres


def _gap(one: list[float], other: list[float]) -> float:
    """Between two ranges of numbers; below 0 when they overlap."""
    return max(min(one) - max(other), min(other) - max(one))


def contains(area: Area, point: Point) -> bool:
    """Whether the point is in the area; its border counts. Edges are straight in longitude and latitude."""
    return bool(_polygon(area).covers(ShapelyPoint(point.lon, point.lat)))


def cell_of(point: Point) -> str:
    """The H3 cell, of RESOLUTION, that the point is in."""
    return str(h3.latlng_to_cell(point.lat, point.lon, RESOLUTION))


def is_coarse_cell(cell: str) -> bool:
    """Whether this is an H3 cell of RESOLUTION in its one form, with no finer place in its spare bits."""
    return bool(h3.is_valid_cell(cell)) and h3.get_resolution(cell) == RESOLUTION


def cells_of(area: Area) -> tuple[str, ...]:
    """All H3 cells of RESOLUTION that the area touches, sorted. Raises PlaceError for a flawed area."""
    wrong = flaws(area)
    if wrong:
        raise PlaceError("area-flawed", f"The area has no cells, for its shape is {wrong[0]}.")
    shape = h3.LatLngPoly([(p.lat, p.lon) for p in area.ring])
    cells = set(h3.h3shape_to_cells_experimental(shape, RESOLUTION, contain="overlap"))
    cells.update(cell_of(p) for p in area.ring)
    return tuple(sorted(cells))
