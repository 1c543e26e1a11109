"""The motion gate on pictures made of numbers."""

import numpy as np
import pytest

from vicinage.hub.moment import Gate, Luma, Moments

RATE = 5


def picture(chance: np.random.Generator, light: float = 0.0, block_at: tuple[int, int] | None = None) -> Luma:
    """A noisy grey slope of 180 x 320, with a dark block of 30 x 16 somewhere if wanted."""
    rows = np.linspace(70, 150, 180)[:, None] + np.zeros((180, 320)) + light
    if block_at is not None:
        y, x = block_at
        rows[y : y + 30, x : x + 16] = 30
    return np.clip(rows + chance.normal(0, 4, rows.shape), 0, 255).astype(np.uint8)


def watched(pictures: list[Luma]) -> list[bool]:
    """The gate's verdicts, five pictures a second."""
    gate = Gate()
    return [gate.see(i / RATE, luma) for i, luma in enumerate(pictures)]


@pytest.fixture
def chance() -> np.random.Generator:
    """The same noise in each run."""
    return np.random.default_rng(3)


def test_sensor_noise_is_no_motion(chance: np.random.Generator) -> None:
    assert not any(watched([picture(chance) for _ in range(150)]))


def test_a_small_dark_figure_that_walks_is_motion_in_nearly_every_picture(
    chance: np.random.Generator,
) -> None:
    quiet = [picture(chance) for _ in range(20)]
    walking = [picture(chance, block_at=(100, 20 + 12 * i)) for i in range(20)]
    verdicts = watched(quiet + walking)
    assert not any(verdicts[:20])
    assert sum(verdicts[20:]) >= 18


def test_what_stops_is_taken_into_the_background_and_its_leaving_leaves_no_ghost(
    chance: np.random.Generator,
) -> None:
    quiet = [picture(chance) for _ in range(20)]
    parked = [picture(chance, block_at=(100, 100)) for _ in range(50)]
    gone = [picture(chance) for _ in range(30)]
    verdicts = watched(quiet + parked + gone)
    assert any(verdicts[20:24])
    assert not any(verdicts[30:70]), "a parked thing must not count after two seconds"
    assert any(verdicts[70:74]), "its leaving counts"
    assert not any(verdicts[80:]), "the empty place must not count after two seconds"


def test_clouds_and_a_light_switched_on_are_no_motion(chance: np.random.Generator) -> None:
    clouds = [picture(chance, light=12 * np.sin(i / 8)) for i in range(100)]
    switched = [picture(chance, light=60) for _ in range(30)]
    assert not any(watched(clouds + switched))


def test_a_change_of_picture_size_starts_afresh(chance: np.random.Generator) -> None:
    gate = Gate()
    assert not gate.see(0.0, picture(chance))
    assert not gate.see(0.2, np.zeros((360, 640), np.uint8))


def test_close_movements_are_one_interval_and_distant_ones_are_two() -> None:
    moments = Moments(bridge_s=1.0)
    verdicts = [(0.0, False), (0.2, True), (0.4, True), (0.6, False), (0.8, False), (1.0, True), (1.2, False)]
    later = [(s / 10, False) for s in range(14, 40, 2)] + [(4.0, True), (4.2, False)]
    found = [span for at_s, moving in verdicts + later for span in moments.add(at_s, moving)]
    found += moments.close()
    assert [(round(a, 1), round(b, 1)) for a, b in found] == [(0.1, 1.1), (3.9, 4.1)]
