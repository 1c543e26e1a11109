"""A small drawing of an area, made on the server: an SVG polygon with a bar for scale, no map tiles."""

import math
from dataclasses import dataclass

from vicinage.core.place import Area, Point

WIDTH, HEIGHT, MARGIN = 320.0, 240.0, 16.0
METRES_PER_DEGREE = 111_320.0


@dataclass(frozen=True)
class Outline:
    """`points`: of an SVG polygon in a box of WIDTH x HEIGHT.

    A bar from MARGIN to `bar_end` is `bar_m` metres long.
    """

    points: str
    corners: tuple[Point, ...]
    bar_m: int
    bar_end: str
    view_box: str = f"0 0 {WIDTH:.0f} {HEIGHT:.0f}"


def outline(area: Area) -> Outline:
    """The area fitted into the box, north up, with the same scale both ways."""
    middle = math.radians((min(p.lat for p in area.ring) + max(p.lat for p in area.ring)) / 2)
    flat = [(p.lon * math.cos(middle) * METRES_PER_DEGREE, p.lat * METRES_PER_DEGREE) for p in area.ring]
    west, east = min(x for x, _ in flat), max(x for x, _ in flat)
    south, north = min(y for _, y in flat), max(y for _, y in flat)
    room = (WIDTH - 2 * MARGIN, HEIGHT - 3 * MARGIN)
    px_per_m = min(room[0] / max(east - west, 1.0), room[1] / max(north - south, 1.0))
    left = MARGIN + (room[0] - (east - west) * px_per_m) / 2
    points = " ".join(
        f"{left + (x - west) * px_per_m:.1f},{MARGIN + (north - y) * px_per_m:.1f}" for x, y in flat
    )
    bar_m = round_length(room[0] / px_per_m / 3)
    return Outline(points, area.ring, bar_m, f"{MARGIN + bar_m * px_per_m:.1f}")


def round_length(metres: float) -> int:
    """The largest of 1, 2, 5 times a power of ten that is not longer."""
    power = 10 ** math.floor(math.log10(max(metres, 1.0)))
    return int(max(step * power for step in (1, 2, 5) if step * power <= max(metres, 1.0)))
