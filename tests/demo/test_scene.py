"""The demo's minute: deterministic, watchable, quiet between its events, and found by the motion gate."""

import hashlib
import itertools
from pathlib import Path

import av
import numpy as np
import pytest

from vicinage.demo.scene import SECONDS, Scene, Take, frames, happenings, render
from vicinage.hub.main import record


@pytest.fixture(scope="module")
def scene() -> Scene:
    """The street, small."""
    return Scene(480, 270)


def test_the_same_seed_draws_the_same_pictures_and_another_seed_others() -> None:
    def digest(seed: int) -> str:
        drawn = [frame.to_ndarray().tobytes() for frame in frames(Scene(320, 180, seed), 0.4, 15, from_s=8)]
        return hashlib.sha256(b"".join(drawn)).hexdigest()

    assert digest(7) == digest(7)
    assert digest(7) != digest(8)


def test_between_the_events_the_clean_picture_stands_still(scene: Scene) -> None:
    assert np.array_equal(scene.picture(16.0), scene.picture(23.9))
    assert np.array_equal(scene.picture(52.0), scene.picture(SECONDS - 0.1))


def test_the_last_picture_leads_into_the_first(scene: Scene) -> None:
    assert np.array_equal(scene.picture(SECONDS - 0.1), scene.picture(0.0))


def test_the_parcel_stands_on_the_step_until_it_is_taken(scene: Scene) -> None:
    step = (slice(235, 262), slice(255, 275))
    empty, standing, gone = (scene.picture(at_s)[step] for at_s in (0.0, 20.0, 52.0))
    assert np.abs(standing.astype(int) - empty).mean() > 8
    assert np.array_equal(gone, empty)


def test_in_each_event_something_moves_all_the_time(scene: Scene) -> None:
    for happening in happenings():
        times = np.arange(happening.start_s + 1.0, happening.end_s - 1.0, 0.5)
        for at_s in times:
            assert not np.array_equal(scene.picture(at_s), scene.picture(at_s + 0.4)), (happening.what, at_s)


def test_the_events_are_far_enough_apart_to_be_clips_of_their_own() -> None:
    spans = [(h.start_s, h.end_s) for h in happenings()]
    gaps = [begun - ended for (_, ended), (begun, _) in itertools.pairwise(spans)]
    assert min(gaps) > 3.0 + 4.0 + 1.0, "pre-roll, post-roll and a key frame"
    assert spans[0][0] + SECONDS - spans[-1][1] > 8.0


def test_the_motion_gate_finds_just_the_events_of_the_minute(tmp_path: Path) -> None:
    found = record(render(tmp_path / "minute.mp4", take=Take(width=480, height=270)))
    assert len(found) == len(happenings())
    for (begun_s, ended_s), happening in zip(found, happenings(), strict=True):
        assert begun_s == pytest.approx(happening.start_s, abs=0.8)
        assert ended_s == pytest.approx(happening.end_s, abs=1.0)


def test_the_video_has_a_key_frame_each_second_and_plays_in_browsers(tmp_path: Path) -> None:
    path = render(tmp_path / "short.mp4", take=Take(0, 3, 320, 180))
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.name, stream.codec_context.pix_fmt) == ("h264", "yuv420p")
        packets = [packet for packet in container.demux(stream) if packet.size]
    assert [i for i, packet in enumerate(packets) if packet.is_keyframe] == [0, 15, 30]
    assert list(tmp_path.iterdir()) == [path]
