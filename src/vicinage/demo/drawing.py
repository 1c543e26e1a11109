"""A canvas of RGB pixels with smooth shapes, each reckoned by its distance field, in numpy alone."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Field = NDArray[np.float32]
Colour = tuple[int, int, int]
Spot = tuple[float, float]


def shaded(colour: Colour, share: float) -> Colour:
    """The colour with this share of its light."""
    red, green, blue = colour
    return int(red * share), int(green * share), int(blue * share)


class Canvas:
    """Draws in units of a 1280 x 720 picture, whatever its real size. x right, y down."""

    WIDTH, HEIGHT = 1280, 720

    def __init__(self, pixels: Pixels) -> None:
        """pixels: rows x columns x 3, drawn in place."""
        self.pixels = pixels
        self.scale = pixels.shape[1] / self.WIDTH

    def capsule(self, a: Spot, b: Spot, radius: float, colour: Colour, alpha: float = 1.0) -> None:
        """A thick line with round ends: a limb."""
        box = self._box([a, b], radius)
        if box is None:
            return
        x, y = self._grid(box)
        (ax, ay), (bx, by) = self._px(a), self._px(b)
        dx, dy = bx - ax, by - ay
        along = np.clip(((x - ax) * dx + (y - ay) * dy) / max(dx * dx + dy * dy, 1e-6), 0, 1)
        distance = np.hypot(x - ax - along * dx, y - ay - along * dy) - radius * self.scale
        self._blend(box, distance, colour, alpha)

    def ellipse(self, centre: Spot, across: float, down: float, colour: Colour, alpha: float = 1.0) -> None:
        """An ellipse by its two radii."""
        box = self._box([centre], max(across, down))
        if box is None:
            return
        x, y = self._grid(box)
        cx, cy = self._px(centre)
        rx, ry = max(across * self.scale, 0.5), max(down * self.scale, 0.5)
        distance = (np.hypot((x - cx) / rx, (y - cy) / ry) - 1) * min(rx, ry)
        self._blend(box, distance, colour, alpha)

    def box(
        self, left: float, top: float, right: float, bottom: float, colour: Colour, round_: float = 0.0
    ) -> None:
        """An upright rectangle, with rounded corners if wanted."""
        box = self._box([(left, top), (right, bottom)], 1)
        if box is None:
            return
        x, y = self._grid(box)
        (x0, y0), (x1, y1), r = self._px((left, top)), self._px((right, bottom)), round_ * self.scale
        qx = np.abs(x - (x0 + x1) / 2) - (x1 - x0) / 2 + r
        qy = np.abs(y - (y0 + y1) / 2) - (y1 - y0) / 2 + r
        outside = np.hypot(np.maximum(qx, 0), np.maximum(qy, 0)) + np.minimum(np.maximum(qx, qy), 0)
        self._blend(box, outside - r, colour, 1.0)

    def polygon(self, corners: Sequence[Spot], colour: Colour, alpha: float = 1.0) -> None:
        """A filled polygon that does not cross itself."""
        box = self._box(corners, 1)
        if box is None:
            return
        x, y = self._grid(box)
        points = [self._px(corner) for corner in corners]
        nearest = np.full(x.shape, 1e9, np.float32)
        inside = np.zeros(x.shape, bool)
        for (ax, ay), (bx, by) in zip(points, [*points[1:], points[0]], strict=True):
            dx, dy = bx - ax, by - ay
            along = np.clip(((x - ax) * dx + (y - ay) * dy) / max(dx * dx + dy * dy, 1e-6), 0, 1)
            nearest = np.minimum(nearest, np.hypot(x - ax - along * dx, y - ay - along * dy))
            if ay != by:
                inside ^= ((ay > y) != (by > y)) & (x < (y - ay) * dx / dy + ax)
        self._blend(box, np.where(inside, -nearest, nearest), colour, alpha)

    def _px(self, spot: Spot) -> Spot:
        return spot[0] * self.scale, spot[1] * self.scale

    def _box(self, spots: Sequence[Spot], margin: float) -> tuple[int, int, int, int] | None:
        """Columns and rows that a shape may touch: left, top, right, bottom in pixels."""
        rows, columns = self.pixels.shape[:2]
        m = margin * self.scale + 2
        left = max(0, int(min(s[0] for s in spots) * self.scale - m))
        right = min(columns, int(max(s[0] for s in spots) * self.scale + m) + 1)
        top = max(0, int(min(s[1] for s in spots) * self.scale - m))
        bottom = min(rows, int(max(s[1] for s in spots) * self.scale + m) + 1)
        return (left, top, right, bottom) if left < right and top < bottom else None

    def _grid(self, box: tuple[int, int, int, int]) -> tuple[Field, Field]:
        left, top, right, bottom = box
        x, y = np.meshgrid(
            np.arange(left, right, dtype=np.float32) + 0.5, np.arange(top, bottom, dtype=np.float32) + 0.5
        )
        return x, y

    def _blend(self, box: tuple[int, int, int, int], distance: Field, colour: Colour, alpha: float) -> None:
        left, top, right, bottom = box
        weight = (np.clip(0.5 - distance, 0, 1) * alpha)[:, :, None]
        patch = self.pixels[top:bottom, left:right]
        patch[:] = (patch + (np.array(colour, np.float32) - patch) * weight + 0.5).astype(np.uint8)
