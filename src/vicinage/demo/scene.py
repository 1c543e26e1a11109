"""The demo's minute: a courier brings a parcel, a car passes, someone takes the parcel. Rendered by us.

The picture is drawn in numpy and encoded as H.264 with a key frame each second. The same seed gives the
same pictures. Between the events the street is quiet, so that a motion gate makes several clips; the
last picture leads into the first, so that the minute can be played in a loop.
"""

import argparse
import os
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import av
import numpy as np
from numpy.typing import NDArray

from vicinage.demo import figures
from vicinage.demo.drawing import Canvas, Pixels, Spot
from vicinage.demo.figures import Clothes, Paint, Pose, px_per_m
from vicinage.demo.street import FAR_LANE, FAR_PATH, NEAR_LANE, NEAR_PATH, STEP, still

SECONDS, FPS = 60, 15
NOISE = 1.6
"""Standard deviation of the sensor noise, in luma steps."""


class Happening(NamedTuple):
    """Something that moves in the picture from `start_s` to `end_s`."""

    start_s: float
    end_s: float
    what: str


class Walk(NamedTuple):
    """A person's way: (second, feet) corners, with the seconds of stooping and of carrying."""

    clothes: Clothes
    corners: tuple[tuple[float, Spot], ...]
    stoops: tuple[float, float] = (-1.0, -1.0)
    carries: tuple[float, float] = (-1.0, -1.0)

    def is_on(self, at_s: float) -> bool:
        """Whether the person is in the picture's time."""
        return self.corners[0][0] <= at_s < self.corners[-1][0]


class Drive(NamedTuple):
    """A car's way along a lane, at a steady pace."""

    paint: Paint
    start_s: float
    end_s: float
    lane: float
    facing: int

    def is_on(self, at_s: float) -> bool:
        """Whether the car is in the picture's time."""
        return self.start_s <= at_s < self.end_s


_GATE = (652.0, NEAR_PATH + 4)
_DOOR = (690.0, 668.0)
BROUGHT_S, TAKEN_S = 10.0, 47.0

WALKS = (
    Walk(
        figures.COURIER,
        (
            (4.0, (1330, NEAR_PATH)),
            (7.6, _GATE),
            (9.2, _DOOR),
            (10.8, _DOOR),
            (12.2, _GATE),
            (15.6, (1330, NEAR_PATH)),
        ),
        stoops=(9.3, 10.7),
        carries=(4.0, BROUGHT_S),
    ),
    Walk(figures.RUNNER, ((24.0, (-40, FAR_PATH)), (33.4, (1320, FAR_PATH)))),
    Walk(
        figures.TAKER,
        (
            (42.0, (-60, NEAR_PATH)),
            (45.0, _GATE),
            (46.2, _DOOR),
            (47.6, _DOOR),
            (48.4, _GATE),
            (50.6, (-80, NEAR_PATH)),
        ),
        stoops=(46.3, 47.6),
        carries=(TAKEN_S, 50.6),
    ),
)
DRIVES = (
    Drive(figures.BLUE_CAR, 25.0, 28.6, NEAR_LANE, -1),
    Drive(figures.WHITE_VAN, 28.0, 32.4, FAR_LANE, 1),
)


def happenings() -> tuple[Happening, ...]:
    """What moves when, in order: the truth that a motion gate should find."""
    return (
        Happening(4.0, 15.6, "a courier brings a parcel"),
        Happening(24.0, 33.4, "a car, a van and a runner pass"),
        Happening(42.0, 50.6, "someone takes the parcel"),
    )


class Scene:
    """Draws the pictures of the minute, at any size, from a seed."""

    def __init__(self, width: int = 1280, height: int = 720, seed: int = 7) -> None:
        self.width, self.height = width, height
        chance = np.random.default_rng(seed)
        self._still = still(width, height, chance)
        self._grain = np.rint(chance.normal(0, NOISE, (height + 64, width + 64))).astype(np.int16)
        self._chance = np.random.default_rng(seed + 1)

    def picture(self, at_s: float) -> Pixels:
        """The clean picture of this second: rows x columns x 3."""
        pixels = self._still.copy()
        canvas = Canvas(pixels)
        if BROUGHT_S <= at_s < TAKEN_S:
            figures.parcel(canvas, STEP, px_per_m(STEP[1]) * 0.9)
        for mover in sorted(_moving(at_s), key=lambda mover: mover.row):
            mover.draw(canvas, at_s)
        return pixels

    def noisy(self, luma: NDArray[np.uint8]) -> None:
        """Add one picture's sensor noise to its brightness, in place."""
        down, right = self._chance.integers(0, 64, 2)
        grain = self._grain[down : down + self.height, right : right + self.width]
        luma[:] = np.clip(luma + grain, 0, 255).astype(np.uint8)


def frames(scene: Scene, seconds: float, rate: int, from_s: float = 0.0) -> Iterator[Any]:
    """Video frames (yuv420p) with noise, for the encoder."""
    last: tuple[Pixels, Pixels] | None = None
    for number in range(round(seconds * rate)):
        pixels = scene.picture((from_s + number / rate) % SECONDS)
        if last is None or not np.array_equal(pixels, last[0]):
            clean: Any = av.VideoFrame.from_ndarray(pixels, format="rgb24").reformat(format="yuv420p")
            last = (pixels, clean.to_ndarray())
        planes = last[1].copy()
        scene.noisy(planes[: scene.height])
        frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
        frame.pts, frame.time_base = number, Fraction(1, rate)
        yield frame


class Take(NamedTuple):
    """How the scene is filmed: which part of the minute, how large, pictures a second."""

    from_s: float = 0.0
    seconds: float = SECONDS
    width: int = 1280
    height: int = 720
    rate: int = FPS
    codec: str = "libx264"


def render(path: Path, seed: int = 7, take: Take = Take()) -> Path:  # noqa: B008 (a frozen value)
    """Write the scene as an MP4 with a key frame each second; in place only when whole. Gives the path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".new")
    keys = {"g": str(take.rate), "keyint_min": str(take.rate), "sc_threshold": "0", "bf": "0"}
    quiet = {"x265-params": f"log-level=none:keyint={take.rate}:min-keyint={take.rate}:bframes=0"}
    options = {"preset": "veryfast", "crf": "25", **(quiet if take.codec == "libx265" else keys)}
    with av.open(str(beside), "w", format="mp4") as out:
        stream: Any = out.add_stream(take.codec, rate=take.rate, options=options)
        stream.width, stream.height, stream.pix_fmt = take.width, take.height, "yuv420p"
        for frame in frames(Scene(take.width, take.height, seed), take.seconds, take.rate, take.from_s):
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    os.replace(beside, path)
    return path


class _Mover(NamedTuple):
    """What is drawn at this second, from the far to the near row."""

    row: float
    draw: Callable[[Canvas, float], None]


def _moving(at_s: float) -> Iterator[_Mover]:
    for drive in DRIVES:
        if drive.is_on(at_s):
            yield _Mover(drive.lane, partial(_draw_drive, drive))
    for walk in WALKS:
        if walk.is_on(at_s):
            pose = _pose(walk, at_s)
            yield _Mover(pose.feet[1], partial(_draw_walk, walk, pose))


def _draw_walk(walk: Walk, pose: Pose, canvas: Canvas, at_s: float) -> None:
    figures.person(canvas, walk.clothes, pose)


def _draw_drive(drive: Drive, canvas: Canvas, at_s: float) -> None:
    m = px_per_m(drive.lane)
    share = (at_s - drive.start_s) / (drive.end_s - drive.start_s)
    far = Canvas.WIDTH + 5.2 * m
    x = -2.6 * m + share * far if drive.facing > 0 else Canvas.WIDTH + 2.6 * m - share * far
    figures.car(canvas, drive.paint, (x, drive.lane), drive.facing, share * far / m / 2.1)


def _pose(walk: Walk, at_s: float) -> Pose:
    """Where the walker is, and how the limbs stand: the stride follows the way walked."""
    way_m = 0.0
    for (t0, a), (t1, b) in zip(walk.corners, walk.corners[1:], strict=False):
        length_m = ((b[0] - a[0]) ** 2 + (2.2 * (b[1] - a[1])) ** 2) ** 0.5 / px_per_m((a[1] + b[1]) / 2)
        share = min(1.0, (at_s - t0) / (t1 - t0))
        if share < 1.0 or (t1, b) == walk.corners[-1]:
            break
        way_m += length_m
    feet = (a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share)
    across = abs(b[0] - a[0]) > abs(b[1] - a[1])
    facing = (1 if b[0] > a[0] else -1) if across else (0 if b[1] >= a[1] else 2)
    stride = (way_m + length_m * share) / 1.5 if length_m else 0.25
    down_s, up_s = walk.stoops
    middle_s = (down_s + up_s) / 2
    stoop = max(0.0, 1 - abs(at_s - middle_s) / max(up_s - middle_s, 0.1)) if down_s <= at_s <= up_s else 0.0
    return Pose(feet, stride, facing, stoop, walk.carries[0] <= at_s < walk.carries[1])


def main() -> None:
    """`python -m vicinage.demo.scene FILE`: write the demo's minute."""
    parser = argparse.ArgumentParser(description="Render the demo's street scene.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--seed", type=int, default=7)
    render(parser.parse_args().file, parser.parse_args().seed)


if __name__ == "__main__":
    main()
