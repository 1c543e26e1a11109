"""The motion gate: says of each sampled picture whether something moves in it.

A picture is looked at through a coarse grid of block means. Each block has a background level and
a noise level that follow the scene, so that sensor noise, a key frame's sharper look, and slow
light do not count. What differs from the background and has stopped moving is taken into the
background within about two seconds: a parked car is no event, nor the place it left.
"""

from collections.abc import Iterator
from math import exp
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Luma = NDArray[np.uint8]
Grid = NDArray[np.float32]
Mask = NDArray[np.bool_]

_SPARSE = (slice(None, None, 2), slice(None, None, 3))
"""Every sixth block: enough for a median over the picture."""

SAMPLES_PER_S = 5.0
"""How often a picture is looked at while something may be moving."""


class Tuning(NamedTuple):
    """Figures of the gate, found on labelled video; times in seconds, levels in luma steps."""

    rows: int = 180
    block: int = 4
    differs: float = 4.5
    floor: float = 0.8
    stirs: float = 2.5
    blocks: int = 3
    background_s: float = 5.0
    hold_s: float = 30.0
    settle_s: float = 0.8
    noise_s: float = 7.0
    stir_gap_s: float = 0.55
    flash_share: float = 0.6
    flash_step: float = 10.0


class Gate:
    """The state of the scene as seen so far. Feed it in order of time, at any steady or odd rate."""

    def __init__(self, tuning: Tuning = Tuning()) -> None:  # noqa: B008 (a frozen value)
        self._tuning = tuning
        self._background: Grid | None = None
        self._noise: Grid | None = None
        self._past: list[tuple[float, Grid]] = []
        self._at_s = 0.0

    def see(self, at_s: float, luma: Luma) -> bool:
        """Take in the picture at `at_s` (seconds, rising). True when something moves in it.

        luma: rows x columns of uint8, at full size.
        """
        tuning = self._tuning
        grid = self._grid(luma)
        if self._background is None or self._noise is None or self._background.shape != grid.shape:
            self._start(at_s, grid)
            return False
        passed_s = max(at_s - self._at_s, 1e-3)
        self._at_s = at_s
        background = self._lit(grid)
        hot, distance = self._differing(grid, background)
        step = float(np.median(np.abs(grid[_SPARSE] - self._past[-1][1][_SPARSE])))
        if step > tuning.flash_step or hot.mean() > tuning.flash_share:
            self._start(at_s, grid, self._noise)
            return False
        stirring = self._stirring(at_s, grid, passed_s)
        moving = _grouped(hot)
        self._learn(grid, background, distance, hot, stirring, passed_s)
        return int((moving & _near(stirring)).sum()) >= tuning.blocks

    def _grid(self, luma: Luma) -> Grid:
        step = max(1, round(luma.shape[0] / self._tuning.rows))
        block = self._tuning.block
        small = luma[::step, ::step]
        rows, columns = small.shape[0] // block, small.shape[1] // block
        whole = small[: rows * block, : columns * block]
        lines = np.add.reduceat(whole, np.arange(0, rows * block, block), axis=0, dtype=np.uint16)
        sums = lines.reshape(rows, columns, block).sum(axis=2, dtype=np.uint16)
        means: Grid = sums * np.float32(1 / block**2)
        return means

    def _start(self, at_s: float, grid: Grid, noise: Grid | None = None) -> None:
        self._background = grid.copy()
        self._noise = np.full_like(grid, 2.0) if noise is None else noise
        self._past = [(at_s, grid)]
        self._at_s = at_s

    def _lit(self, grid: Grid) -> Grid:
        """The background under the light of this picture: clouds and exposure move all blocks alike."""
        assert self._background is not None  # noqa: S101 (callers have started)
        gain = float(np.median((grid[_SPARSE] + 8.0) / (self._background[_SPARSE] + 8.0)))
        return (self._background + 8.0) * np.float32(gain) - 8.0

    def _differing(self, grid: Grid, background: Grid) -> tuple[Mask, Grid]:
        assert self._noise is not None  # noqa: S101 (callers have started)
        distance = np.abs(grid - background)
        return distance > self._tuning.differs * (self._noise + self._tuning.floor), distance

    def _stirring(self, at_s: float, grid: Grid, passed_s: float) -> Mask:
        """Blocks that changed since about half a second ago, or since the last picture if older."""
        assert self._noise is not None  # noqa: S101 (callers have started)
        gap_s = self._tuning.stir_gap_s
        while len(self._past) > 1 and at_s - self._past[1][0] >= gap_s:
            self._past.pop(0)
        before = self._past[0][1]
        self._past.append((at_s, grid))
        stirring: Mask = np.abs(grid - before) > self._tuning.stirs * (self._noise + self._tuning.floor)
        return stirring

    def _learn(
        self, grid: Grid, background: Grid, distance: Grid, hot: Mask, stirring: Mask, passed_s: float
    ) -> None:
        tuning = self._tuning
        assert self._noise is not None  # noqa: S101 (callers have started)
        settled = hot & ~_near(stirring)
        rate = np.where(hot, _rate(passed_s, tuning.hold_s), _rate(passed_s, tuning.background_s))
        rate = np.where(settled, _rate(passed_s, tuning.settle_s), rate).astype(np.float32)
        self._background = background + rate * (grid - background)
        self._noise += np.where(hot, np.float32(0), np.float32(_rate(passed_s, tuning.noise_s))) * (
            distance - self._noise
        )


def _rate(passed_s: float, constant_s: float) -> float:
    return 1.0 - exp(-passed_s / constant_s)


def _neighbours(mask: Mask) -> NDArray[np.int8]:
    """How many of the eight blocks around each are set."""
    edge = np.pad(mask, 1).astype(np.int8)
    rows = edge[:-2] + edge[1:-1] + edge[2:]
    around: NDArray[np.int8] = rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:] - edge[1:-1, 1:-1]
    return around


def _grouped(mask: Mask) -> Mask:
    return mask & (_neighbours(mask) >= 2)


def _near(mask: Mask) -> Mask:
    return mask | (_neighbours(mask) >= 1)


class Moments:
    """Joins moving pictures to intervals: a gap of up to `bridge_s` is one movement.

    An interval begins and ends half way between a moving picture and the still one beside it. `open`
    is the interval that may still grow, (start_s, end_s), or None.
    """

    def __init__(self, bridge_s: float = 1.2) -> None:
        self._bridge_s = bridge_s
        self.open: tuple[float, float] | None = None
        self._last_s = 0.0
        self._last_moved = False

    def add(self, at_s: float, moving: bool) -> Iterator[tuple[float, float]]:
        """Take in one verdict; yields an interval when it is over for sure."""
        between_s = (self._last_s + at_s) / 2
        if self.open is not None:
            begun_s, moved_s = self.open
            if self._last_moved or (moving and between_s - moved_s <= self._bridge_s):
                self.open = (begun_s, at_s if moving else between_s)
            elif at_s - moved_s > self._bridge_s:
                yield from self.close()
        if moving and self.open is None:
            self.open = (between_s, at_s)
        self._last_s, self._last_moved = at_s, moving

    def close(self) -> Iterator[tuple[float, float]]:
        """The interval still open, if there is one."""
        if self.open is not None:
            yield self.open
            self.open = None
