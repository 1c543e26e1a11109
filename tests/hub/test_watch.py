"""Motion in videos: drawn ones always, labelled and filmed ones where they are at hand."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from vicinage.demo.scene import Take, render
from vicinage.hub.camera import Camera
from vicinage.hub.main import record
from vicinage.hub.moment import Moments
from vicinage.hub.watch import Watch

FILMED = Path(os.environ.get("VICINAGE_TEST_VIDEOS", "/nonexistent"))
"""A folder with motion/ and video/, if the machine has one."""

Span = tuple[float, float]


def motion(path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[list[Span], int, int]:
    """Intervals, pictures decoded, pictures in all."""
    found: list[Span] = []
    decoded = pictures = 0
    with Camera(str(path)) as camera:
        decoder = camera.decoder()
        watch, moments = Watch(decoder, camera.picture), Moments()
        push = decoder.push

        def counted(*args: Any) -> Any:
            nonlocal decoded
            decoded += 1
            return push(*args)

        monkeypatch.setattr(decoder, "push", counted)
        for packet in camera.packets():
            pictures += not packet.is_audio
            for verdict in watch.feed(packet):
                found += moments.add(verdict.at_s, verdict.moving)
    return [*found, *moments.close()], decoded, pictures


def test_the_drawn_event_is_found_and_hugged(street: Path) -> None:
    ((begun_s, ended_s),) = record(street)
    assert begun_s == pytest.approx(4.0, abs=0.5)
    assert ended_s == pytest.approx(15.6, abs=0.7)


def test_a_quiet_street_gives_nothing(quiet: Path) -> None:
    assert record(quiet) == []


def test_a_large_stream_is_found_out_by_decoding_only_part_of_it(
    videos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = render(videos / "large.mp4", take=Take(37, 20, 1280, 720))
    spans, decoded, pictures = motion(path, monkeypatch)
    ((begun_s, ended_s),) = spans
    assert begun_s == pytest.approx(5.0, abs=0.7)
    assert ended_s == pytest.approx(13.6, abs=0.8)
    assert decoded < 0.75 * pictures


def labelled(name: str, label: str, offset_s: float, seconds: float) -> tuple[Path, list[Span]]:
    """A labelled video, and its events in the video's own time."""
    path = FILMED / "motion" / f"{name}.mp4"
    if not path.exists():
        pytest.skip("the labelled videos are not on this machine")
    events = json.loads((FILMED / "motion" / f"{label}.json").read_text())["events"]
    spans = [(e["t0"] - offset_s, e["t1"] - offset_s) for e in events]
    return path, [(a, b) for a, b in spans if b > 0.5 and a < seconds - 0.5]


@pytest.mark.parametrize(
    ("name", "label", "offset_s", "seconds"),
    [
        ("day_sub", "day", 0, 420),
        ("indoor_sub", "indoor", 0, 420),
        ("idle_sub", "idle", 0, 120),
        ("d60", "day", 60, 60),
    ],
)
def test_every_labelled_event_is_found_and_nothing_else(
    name: str, label: str, offset_s: float, seconds: float
) -> None:
    path, events = labelled(name, label, offset_s, seconds)
    found = record(path)
    missed = [e for e in events if not any(a < e[1] and b > e[0] for a, b in found)]
    false = [f for f in found if not any(f[0] < b + 1.0 and f[1] > a - 1.0 for a, b in events)]
    assert len(missed) <= 0.01 * len(events), missed
    assert false == []


@pytest.mark.parametrize(("name", "least"), [("vtest.avi", 0.9), ("car-detection.mp4", 0.3)])
def test_filmed_streets_have_motion(name: str, least: float) -> None:
    path = FILMED / "video" / name
    if not path.exists():
        pytest.skip("the filmed videos are not on this machine")
    with Camera(str(path)) as camera:
        length_s = camera.length_s
    assert sum(b - a for a, b in record(path)) > least * length_s
