"""Those who move in the demo's street: walking people and passing cars."""

from math import cos, pi, sin
from typing import NamedTuple

from vicinage.demo.drawing import Canvas, Colour, Spot, shaded

HORIZON = 300.0
"""Row of the horizon. What stands at row y is 2.5 m high when it reaches up to the horizon."""


def px_per_m(y: float) -> float:
    """Size of a metre for what stands on the ground at row y."""
    return (y - HORIZON) / 2.5


class Clothes(NamedTuple):
    """Colours of a person. hood: drawn over the head instead of hair."""

    skin: Colour
    hair: Colour
    top: Colour
    trousers: Colour
    shoes: Colour = (38, 36, 40)
    hood: bool = False


COURIER = Clothes((196, 148, 120), (52, 40, 34), (118, 82, 46), (66, 56, 50))
TAKER = Clothes((214, 176, 152), (60, 62, 68), (74, 80, 90), (44, 50, 66), hood=True)
RUNNER = Clothes((222, 180, 150), (150, 92, 48), (158, 52, 58), (52, 66, 104))


class Pose(NamedTuple):
    """Where a person's feet are, how far along the stride (turns), and which way the body faces.

    facing: 1 right, -1 left, 0 towards the viewer, 2 away. stoop: 0 upright to 1 bent down. carries: a
    parcel in the hands.
    """

    feet: Spot
    stride: float
    facing: int
    stoop: float = 0.0
    carries: bool = False


def person(canvas: Canvas, clothes: Clothes, pose: Pose) -> None:
    """Draw a person with a walking body's limbs, 1.75 m tall."""
    m = px_per_m(pose.feet[1])
    x, y = pose.feet
    canvas.ellipse((x + 0.12 * m, y), 0.42 * m, 0.10 * m, (40, 44, 40), 0.35)
    lean = 0.75 * pose.stoop
    hip = (x, y - (0.90 - 0.18 * pose.stoop) * m)
    side = pose.facing if abs(pose.facing) == 1 else 0
    tilt = side if side else 0
    neck = (
        hip[0] + tilt * (0.06 + 0.5 * lean) * m,
        hip[1] - (0.56 * cos(lean) - (0.0 if side else 0.16 * pose.stoop)) * m,
    )
    for half in (0.5, 0.0):
        _leg(canvas, clothes, hip, pose, half, m)
        if half:
            _arm(canvas, clothes, neck, pose, pose.stride, side, m)
    canvas.capsule(
        (hip[0], hip[1] - 0.04 * m), (neck[0], neck[1] + 0.14 * m), (0.155 if side else 0.19) * m, clothes.top
    )
    head = (neck[0] + tilt * (0.05 + 0.12 * pose.stoop) * m, neck[1] - 0.15 * m)
    _head(canvas, clothes, head, pose.facing, m)
    if pose.carries:
        _parcel_in_hands(canvas, neck, pose, side, m)
    _arm(canvas, clothes, neck, pose, pose.stride + 0.5, side, m)


def _leg(canvas: Canvas, clothes: Clothes, hip: Spot, pose: Pose, half: float, m: float) -> None:
    """One leg; `half` is 0 or 0.5, how far it is ahead of the other in the stride."""
    turn = 2 * pi * (pose.stride + half)
    x, y = pose.feet
    if abs(pose.facing) == 1:
        lift = max(0.0, cos(turn)) * 0.10
        ankle = (x + pose.facing * 0.34 * sin(turn) * m, y - (0.07 + lift) * m)
        knee = ((hip[0] + ankle[0]) / 2 + pose.facing * (0.05 + 0.9 * lift) * m, (hip[1] + ankle[1]) / 2)
        toe = (ankle[0] + pose.facing * 0.14 * m, ankle[1] + 0.03 * m)
    else:
        apart = (0.10 if half else -0.10) * m
        ankle = (x + apart, y - (0.06 + 0.08 * max(0.0, sin(turn))) * m)
        knee = (hip[0] + apart * 1.1, (hip[1] + ankle[1]) / 2)
        toe = (ankle[0], ankle[1] + 0.05 * m)
    canvas.capsule(hip, knee, 0.088 * m, clothes.trousers)
    canvas.capsule(knee, ankle, 0.070 * m, clothes.trousers)
    canvas.capsule(ankle, toe, 0.055 * m, clothes.shoes)


def _arm(canvas: Canvas, clothes: Clothes, neck: Spot, pose: Pose, turn: float, side: int, m: float) -> None:
    swing = sin(2 * pi * turn)
    near = 1 if turn == pose.stride else -1
    shoulder = (neck[0] + (0 if side else 0.20 * near * m), neck[1] + 0.10 * m)
    if pose.carries or pose.stoop > 0.3:
        reach = 0.30 + 0.25 * pose.stoop
        hand = (
            neck[0] + (side * reach if side else 0.13 * near) * m,
            neck[1] + (0.44 + 0.42 * pose.stoop) * m,
        )
    else:
        hand = (
            shoulder[0] + (side * 0.26 * swing if side else 0.05 * near) * m,
            shoulder[1] + (0.55 - 0.05 * abs(swing)) * m,
        )
    elbow = ((shoulder[0] + hand[0]) / 2 - side * 0.05 * m, (shoulder[1] + hand[1]) / 2 + 0.02 * m)
    darker = shaded(clothes.top, 0.88)
    canvas.capsule(shoulder, elbow, 0.062 * m, darker)
    canvas.capsule(elbow, hand, 0.050 * m, darker)
    canvas.ellipse(hand, 0.052 * m, 0.052 * m, clothes.skin)


def _head(canvas: Canvas, clothes: Clothes, head: Spot, facing: int, m: float) -> None:
    x, y = head
    back = -facing * 0.02 * m if abs(facing) == 1 else 0.0
    canvas.capsule((x, y + 0.14 * m), (x, y), 0.05 * m, clothes.skin)
    if clothes.hood:
        canvas.ellipse((x + back, y), 0.135 * m, 0.155 * m, clothes.top)
    else:
        canvas.ellipse((x + back, y - 0.025 * m), 0.112 * m, 0.13 * m, clothes.hair)
    if facing != 2:
        shift = 0.035 * m * facing if abs(facing) == 1 else 0.0
        canvas.ellipse((x + shift, y + 0.02 * m), 0.082 * m, 0.105 * m, clothes.skin)


def _parcel_in_hands(canvas: Canvas, neck: Spot, pose: Pose, side: int, m: float) -> None:
    at = (neck[0] + side * 0.32 * m, neck[1] + (0.48 + 0.42 * pose.stoop) * m)
    parcel(canvas, (at[0], at[1] + 0.15 * m), m)


def parcel(canvas: Canvas, at: Spot, m: float) -> None:
    """A cardboard box of 40 x 30 cm that stands at `at` (its middle below)."""
    x, y = at
    half, high = 0.21 * m, 0.30 * m
    canvas.polygon([(x - half, y), (x - half, y - high), (x + half, y - high), (x + half, y)], (184, 142, 92))
    top = [
        (x - half, y - high),
        (x - half * 0.7, y - high * 1.3),
        (x + half * 1.2, y - high * 1.3),
        (x + half, y - high),
    ]
    canvas.polygon(top, (206, 168, 118))
    canvas.polygon(
        [
            (x - half * 0.14, y),
            (x - half * 0.14, y - high),
            (x + half * 0.14, y - high),
            (x + half * 0.14, y),
        ],
        (222, 206, 168),
    )


class Paint(NamedTuple):
    """Colours of a car: body, the darker lower body, roof kind."""

    body: Colour
    sill: Colour
    is_van: bool = False


BLUE_CAR = Paint((52, 92, 150), (34, 60, 100))
WHITE_VAN = Paint((226, 228, 226), (150, 154, 156), is_van=True)


def car(canvas: Canvas, paint: Paint, wheels_at: Spot, facing: int, turn: float) -> None:
    """Draw a car from the side, 4.3 m long. wheels_at: middle between the wheels, on the road."""
    m = px_per_m(wheels_at[1])
    x, y = wheels_at

    def at(along_m: float, up_m: float) -> Spot:
        return x + facing * along_m * m, y - up_m * m

    canvas.ellipse((x, y + 0.04 * m), 2.25 * m, 0.22 * m, (30, 32, 34), 0.45)
    hood, top = (0.95, 1.95) if paint.is_van else (0.85, 1.45)
    body = [
        at(-2.15, 0.35),
        at(-2.12, hood),
        at(-1.75, hood + 0.05),
        at(1.0, hood + 0.03),
        at(2.0, 0.72),
        at(2.15, 0.35),
    ]
    canvas.polygon(body, paint.body)
    canvas.polygon([at(-2.15, 0.42), at(2.15, 0.42), at(2.05, 0.22), at(-2.05, 0.22)], paint.sill)
    if paint.is_van:
        cabin = [at(-2.12, hood - 0.1), at(-2.10, top), at(0.75, top), at(1.45, hood)]
        panes = [[at(0.05, hood + 0.05), at(0.05, top - 0.15), at(0.68, top - 0.15), at(1.22, hood + 0.05)]]
    else:
        cabin = [at(-1.85, hood), at(-1.25, top), at(0.35, top), at(1.15, hood)]
        panes = [
            [at(-1.62, hood + 0.04), at(-1.18, top - 0.1), at(-0.48, top - 0.1), at(-0.48, hood + 0.04)],
            [at(-0.38, hood + 0.04), at(-0.38, top - 0.1), at(0.28, top - 0.1), at(0.92, hood + 0.04)],
        ]
    canvas.polygon(cabin, paint.body)
    for pane in panes:
        canvas.polygon(pane, (58, 72, 84))
        canvas.capsule(pane[0], pane[1], 0.012 * m, (150, 170, 182))
    canvas.ellipse(at(2.05, 0.62), 0.09 * m, 0.07 * m, (250, 244, 214))
    canvas.ellipse(at(-2.10, 0.66), 0.06 * m, 0.09 * m, (176, 40, 36))
    for along in (-1.32, 1.35):
        _wheel(canvas, at(along, 0.31), m, turn)


def _wheel(canvas: Canvas, centre: Spot, m: float, turn: float) -> None:
    canvas.ellipse(centre, 0.34 * m, 0.34 * m, (26, 26, 28))
    canvas.ellipse(centre, 0.20 * m, 0.20 * m, (156, 160, 164))
    for spoke in range(3):
        angle = 2 * pi * turn + spoke * pi / 3
        dx, dy = 0.17 * m * cos(angle), 0.17 * m * sin(angle)
        canvas.capsule(
            (centre[0] - dx, centre[1] - dy), (centre[0] + dx, centre[1] + dy), 0.022 * m, (84, 88, 92)
        )
