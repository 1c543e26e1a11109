"""The still part of the demo's picture: what a porch camera sees of a quiet street by day."""

import numpy as np

from vicinage.demo.drawing import Canvas, Colour, Pixels, shaded
from vicinage.demo.figures import px_per_m

FAR_PATH, FAR_LANE, NEAR_LANE, NEAR_PATH = 412.0, 452.0, 512.0, 572.0
"""Rows where feet and wheels stand: the pavement opposite, two lanes, the pavement on this side."""

STEP = (700.0, 690.0)
"""Where a parcel stands on the porch step."""

_GRASS: Colour = (104, 140, 78)
_KERB: Colour = (190, 186, 176)


def still(width: int, height: int, chance: np.random.Generator) -> Pixels:
    """The street with nobody in it: rows x columns x 3."""
    canvas = Canvas(np.zeros((height * 2, width * 2, 3), np.uint8))
    _sky(canvas)
    _far_side(canvas, chance)
    _road(canvas)
    _garden(canvas, chance)
    _grain(canvas, chance)
    _porch(canvas)
    halves = canvas.pixels.reshape(height, 2, width, 2, 3).mean(axis=(1, 3))
    pixels: Pixels = (halves + 0.5).astype(np.uint8)
    return pixels


def _sky(canvas: Canvas) -> None:
    rows = np.linspace(0, 1, canvas.pixels.shape[0])[:, None, None]
    top, low = np.array((128, 172, 218)), np.array((226, 234, 236))
    canvas.pixels[:] = (top + (low - top) * np.clip(rows * 1.9, 0, 1)).astype(np.uint8)
    for x, y, size in (
        (180, 70, 60),
        (250, 84, 74),
        (330, 74, 50),
        (900, 46, 64),
        (985, 60, 82),
        (1075, 52, 52),
    ):
        canvas.ellipse((x, y), size, size * 0.30, (244, 247, 250), 0.75)


def _far_side(canvas: Canvas, chance: np.random.Generator) -> None:
    for x in range(-40, 1330, 46):
        high = float(chance.uniform(30, 88))
        canvas.ellipse((x, 300), 48, high + 30, (112, 138, 112), 0.9)
    canvas.box(0, 322, 1280, 404, _GRASS)
    _house(canvas, 60, 340, (196, 160, 128), (124, 74, 62), (72, 88, 120))
    _house(canvas, 470, 380, (206, 204, 194), (92, 98, 108), (140, 58, 52))
    _house(canvas, 930, 330, (178, 188, 172), (112, 92, 80), (62, 92, 78))
    for x, size in ((22, 1.0), (436, 0.85), (884, 1.1), (1268, 0.95)):
        _tree(canvas, x, 398, size, chance)
    for x in range(80, 420, 24):
        canvas.ellipse((x, 396), 17, 12, (84, 118, 70))
    for x in range(0, 1280, 20):
        if not 150 < x < 200 and not 640 < x < 700 and not 1070 < x < 1120 and x > 440:
            canvas.box(x, 378, x + 7, 402, (232, 230, 222), 2)
    canvas.box(440, 384, 636, 388, (232, 230, 222))
    canvas.box(704, 384, 1066, 388, (232, 230, 222))


def _house(canvas: Canvas, left: float, width: float, wall: Colour, roof: Colour, door: Colour) -> None:
    top, low, right = 206.0, 398.0, left + width
    canvas.box(left, top, right, low, wall)
    for row in range(214, 398, 9):
        canvas.box(left, row, right, row + 1.6, shaded(wall, 0.955))
    canvas.polygon([(left - 22, top + 4), (left + 66, 128), (right - 66, 128), (right + 22, top + 4)], roof)
    for course in range(1, 6):
        y = 128.0 + course * 13
        inset = 66 - (66 + 22) * (y - 128) / (top + 4 - 128)
        darker = shaded(roof, 0.92)
        canvas.box(left + inset, y, right - inset, y + 2, darker)
    canvas.box(right - 118, 104, right - 88, 150, shaded(roof, 0.8))
    canvas.box(left - 22, top, right + 22, top + 8, (236, 234, 228))
    for x in (left + 34, left + width * 0.62):
        for y in (228.0, 312.0):
            _window(canvas, x, y, 78 if y > 300 else 62, 54)
    middle = left + width * 0.45
    canvas.box(middle - 6, 306, middle + 42, low, (240, 238, 232))
    canvas.box(middle, 312, middle + 36, low, door, 2)
    canvas.ellipse((middle + 30, 360), 2.6, 2.6, (220, 200, 120))
    canvas.polygon(
        [(middle - 18, 304), (middle + 18, 284), (middle + 54, 304)],
        shaded(roof, 0.9),
    )
    canvas.polygon(
        [(middle + 2, low), (middle + 34, low), (middle + 40, 408), (middle - 6, 408)], (206, 200, 188)
    )


def _window(canvas: Canvas, x: float, y: float, width: float, height: float) -> None:
    canvas.box(x - 5, y - 5, x + width + 5, y + height + 6, (240, 240, 236), 1)
    canvas.box(x, y, x + width, y + height, (92, 112, 128))
    canvas.polygon(
        [(x, y), (x + width * 0.5, y), (x + width * 0.2, y + height), (x, y + height)], (150, 172, 188), 0.6
    )
    canvas.box(x + width / 2 - 1.5, y, x + width / 2 + 1.5, y + height, (240, 240, 236))
    canvas.box(x, y + height / 2 - 1.5, x + width, y + height / 2 + 1.5, (240, 240, 236))


def _tree(canvas: Canvas, x: float, y: float, size: float, chance: np.random.Generator) -> None:
    canvas.ellipse((x + 14, y + 2), 60 * size, 8, (60, 88, 52), 0.5)
    canvas.capsule((x, y), (x + 3, y - 120 * size), 9 * size, (98, 78, 60))
    for _ in range(46):
        angle, far = chance.uniform(0, 2 * np.pi), np.sqrt(chance.uniform(0, 1)) * 66 * size
        cx, cy = x + far * np.cos(angle), y - 160 * size + far * np.sin(angle) * 0.85
        light = int(chance.uniform(-14, 22)) - int((cy - (y - 160 * size)) * 0.22)
        tone: Colour = (74 + light, 112 + light, 62 + light // 2)
        canvas.ellipse((float(cx), float(cy)), 21 * size, 17 * size, tone, 0.9)


def _road(canvas: Canvas) -> None:
    canvas.box(0, 404, 1280, 424, (196, 192, 184))
    canvas.box(0, 424, 1280, 429, _KERB)
    canvas.box(0, 429, 1280, 545, (108, 110, 114))
    canvas.box(0, 429, 1280, 433, (92, 94, 98))
    for x in range(-20, 1280, 150):
        canvas.polygon([(x, 477), (x + 72, 477), (x + 76, 481), (x + 2, 481)], (226, 224, 212))
    canvas.box(0, 541, 1280, 545, (92, 94, 98))
    canvas.box(0, 545, 1280, 553, _KERB)
    canvas.box(0, 553, 1280, 592, (200, 196, 188))
    for x in range(-30, 1330, 86):
        canvas.capsule((640 + (x - 640) * 0.93, 553), (640 + (x - 640) * 1.06, 592), 0.8, (168, 164, 156))


def _garden(canvas: Canvas, chance: np.random.Generator) -> None:
    canvas.box(0, 592, 1280, 720, (96, 136, 70))
    for _ in range(900):
        x, y = float(chance.uniform(0, 1280)), float(chance.uniform(596, 720))
        light = int(chance.uniform(-12, 16))
        canvas.capsule(
            (x, y), (x + 1.5, y - 5 * px_per_m(y) / 130), 0.8, (96 + light, 136 + light, 68 + light)
        )
    canvas.polygon([(600, 592), (706, 592), (806, 720), (560, 720)], (204, 198, 186))
    for y in (612, 636, 664, 696):
        spread = (y - 592) / 128
        canvas.box(600 - 40 * spread, y, 706 + 100 * spread, y + 2, (176, 170, 158))
    for x in (520, 556, 770, 830, 890):
        for _ in range(7):
            dx, dy = float(chance.uniform(-18, 18)), float(chance.uniform(-12, 6))
            canvas.ellipse((x + dx, 632 + (x > 700) * 10 + dy), 11, 9, (70, 108, 58))
        for _ in range(6):
            dx, dy = float(chance.uniform(-18, 18)), float(chance.uniform(-16, 2))
            bloom: Colour = ((222, 120, 140), (236, 206, 96), (232, 232, 238))[int(chance.integers(3))]
            canvas.ellipse((x + dx, 630 + (x > 700) * 10 + dy), 3.2, 3, bloom)


def _grain(canvas: Canvas, chance: np.random.Generator) -> None:
    """Asphalt, paving and grass are not one flat colour."""
    height = canvas.pixels.shape[0]
    ground = canvas.pixels[int(height * 404 / 720) :]
    grain = chance.normal(0, 5.0, ground.shape[:2])[:, :, None]
    ground[:] = np.clip(ground + grain, 0, 255).astype(np.uint8)


def _porch(canvas: Canvas) -> None:
    canvas.polygon([(470, 700), (880, 700), (940, 720), (420, 720)], (150, 122, 98))
    canvas.box(470, 696, 880, 703, (172, 144, 116))
    canvas.box(0, 0, 1280, 20, (236, 232, 224))
    canvas.box(0, 20, 1280, 27, (198, 194, 186))
    canvas.box(20, 20, 74, 720, (238, 234, 226))
    canvas.box(64, 20, 74, 720, (206, 202, 194))
    canvas.box(1206, 20, 1260, 720, (238, 234, 226))
    canvas.box(1206, 20, 1215, 720, (210, 206, 198))
    for left, right in ((74, 420), (930, 1206)):
        canvas.box(left, 640, right, 654, (238, 234, 226))
        for x in range(left + 16, right - 8, 34):
            canvas.box(x, 654, x + 9, 720, (230, 226, 218))
