"""What an agency's profile adds up: use of the limits, offences asked about, a drawing of all areas."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from vicinage.core.place import SQUARE_MILE_M2, Area, parse_area
from vicinage.core.regime import Schedule
from vicinage.server.feed.models import PublishedRfa
from vicinage.server.feed.outline import HEIGHT, MARGIN, METRES_PER_DEGREE, WIDTH, round_length

AT_CAP = 0.99
LEAST_PX = 3.0


@dataclass(frozen=True)
class AtCaps:
    """How many of an agency's requests use the time, or the area, to the limit (99% of it)."""

    requests: int
    window: int
    area: int


@dataclass(frozen=True)
class Share:
    """Requests that name one offence, and their share in whole percent."""

    offence: str
    requests: int
    percent: int


@dataclass(frozen=True)
class Areas:
    """Areas fitted into one box, north up. polygons: of SVG. bar_m: length of the bar, in metres."""

    polygons: tuple[str, ...]
    bar_m: int
    bar_end: str
    view_box: str = f"0 0 {WIDTH:.0f} {HEIGHT:.0f}"


def at_caps(rfas: Sequence[PublishedRfa], schedule: Schedule) -> AtCaps:
    """Counts of requests at the largest window and area of the rules that each was judged by."""
    window = area = 0
    for rfa in rfas:
        law = schedule.in_force(rfa.submitted_at)
        longest = law.rules.get("window-max") if law else None
        largest = law.rules.get("area-max") if law else None
        window += bool(longest and rfa.window.duration_s >= AT_CAP * longest.value)
        area += bool(largest and rfa.area_m2 >= AT_CAP * largest.value * SQUARE_MILE_M2)
    return AtCaps(len(rfas), window, area)


def offence_mix(rfas: Sequence[PublishedRfa]) -> list[Share]:
    """The offences asked about, the most frequent first."""
    counted = Counter(rfa.offence for rfa in rfas)
    order = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    return [Share(code, count, round(100 * count / len(rfas))) for code, count in order]


def areas(rfas: Sequence[PublishedRfa]) -> Areas | None:
    """All areas in one drawing; None where there are none. What would be too small to see is made visible."""
    found = [parse_area(rfa.area) for rfa in rfas]
    if not found:
        return None
    flat = [_flat(area, _middle(found)) for area in found]
    xs, ys = ([corner[axis] for ring in flat for corner in ring] for axis in (0, 1))
    west, north = min(xs), max(ys)
    room = (WIDTH - 2 * MARGIN, HEIGHT - 3 * MARGIN)
    px_per_m = min(room[0] / max(max(xs) - west, 1.0), room[1] / max(north - min(ys), 1.0))
    left = MARGIN + (room[0] - (max(xs) - west) * px_per_m) / 2
    rings = [
        [(left + (x - west) * px_per_m, MARGIN + (north - y) * px_per_m) for x, y in ring] for ring in flat
    ]
    bar_m = round_length(room[0] / px_per_m / 3)
    return Areas(tuple(_polygon(ring) for ring in rings), bar_m, f"{MARGIN + bar_m * px_per_m:.1f}")


def _middle(found: list[Area]) -> float:
    lats = [corner.lat for area in found for corner in area.ring]
    return math.radians((min(lats) + max(lats)) / 2)


def _flat(area: Area, middle: float) -> list[tuple[float, float]]:
    """Corners in metres: the scale is the same both ways near the middle."""
    return [(p.lon * math.cos(middle) * METRES_PER_DEGREE, p.lat * METRES_PER_DEGREE) for p in area.ring]


def _polygon(ring: list[tuple[float, float]]) -> str:
    """The corners; a square of a few pixels where the area is smaller than that."""
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    if max(max(xs) - min(xs), max(ys) - min(ys)) < LEAST_PX:
        x, y, half = sum(xs) / len(xs), sum(ys) / len(ys), LEAST_PX / 2
        ring = [(x - half, y - half), (x + half, y - half), (x + half, y + half), (x - half, y + half)]
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in ring)
