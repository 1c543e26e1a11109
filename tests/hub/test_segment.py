"""Cutting recordings out of packets: pure numbers, no video."""

import pytest

from vicinage.hub.camera import Packet
from vicinage.hub.errors import CameraError
from vicinage.hub.segment import Cutter, Limits, Recording

FPS = 5
LIMITS = Limits()
Span = tuple[float, float]


def packets(seconds: float, key_every_s: float = 1.0, size: int = 10) -> list[Packet]:
    """A stream of small packets, five a second."""
    every = round(key_every_s * FPS)
    return [Packet(i / FPS, i % every == 0, False, i, i, 1, bytes(size)) for i in range(round(seconds * FPS))]


def cut(stream: list[Packet], *moving: Span, limits: Limits = LIMITS) -> list[Recording]:
    """All recordings when something moves in these spans."""
    cutter = Cutter(limits)
    found: list[Recording] = []
    for packet in stream:
        found += cutter.add(packet)
        cutter.mark(packet.at_s, any(a <= packet.at_s < b for a, b in moving))
    return [*found, *cutter.close()]


def test_a_quiet_stream_gives_nothing() -> None:
    assert cut(packets(60)) == []


def test_a_recording_has_its_pre_roll_from_a_key_frame_and_its_post_roll() -> None:
    (found,) = cut(packets(60), (20.5, 24.0))
    assert found.packets[0].is_key
    assert 16.4 <= found.start_s <= 17.4
    assert found.start_s == found.packets[0].at_s
    assert found.end_s == pytest.approx(27.9, abs=0.2)
    assert found.motion == [pytest.approx((20.5, 23.9), abs=0.15)]


def test_the_packets_of_a_recording_are_all_that_came_between() -> None:
    stream = packets(60)
    (found,) = cut(stream, (20.5, 24.0))
    assert found.packets == [p for p in stream if found.start_s <= p.at_s < found.end_s - 1e-6]


def test_motion_in_the_first_second_starts_at_the_first_packet() -> None:
    (found,) = cut(packets(20), (0.4, 2.0))
    assert found.start_s == 0.0


def test_events_closer_than_their_rolls_are_one_recording() -> None:
    (found,) = cut(packets(60), (10, 12), (18, 20))
    assert len(found.motion) == 2
    assert found.end_s == pytest.approx(23.8, abs=0.3)


def test_events_further_apart_are_two_recordings() -> None:
    first, second = cut(packets(60), (10, 12), (26, 28))
    assert first.end_s < second.start_s


def test_a_long_movement_is_split_on_key_frames_with_no_packet_lost_or_doubled() -> None:
    stream = packets(200, key_every_s=2.0)
    found = cut(stream, (10, 180))
    assert len(found) == 3
    assert all(part.packets[0].is_key for part in found)
    assert all(part.end_s - part.start_s <= 60.0 + 1e-6 for part in found)
    joined = [packet for part in found for packet in part.packets]
    assert joined == [p for p in stream if joined[0].at_s <= p.at_s <= joined[-1].at_s]
    assert all(part.motion for part in found)


def test_a_post_roll_beyond_the_longest_is_split_too() -> None:
    found = cut(packets(100), (10, 65.5))
    assert [part.packets[0].is_key for part in found] == [True, True]
    assert sum(len(part.packets) for part in found) == round((found[-1].end_s - found[0].start_s) * FPS)


def test_the_stream_may_break_off_in_the_middle_of_a_movement() -> None:
    (found,) = cut(packets(15), (10, 60))
    assert found.packets[-1].at_s == pytest.approx(14.8)


def test_a_heavy_stream_is_cut_earlier_to_bound_memory() -> None:
    limits = Limits(held_bytes=100_000)
    found = cut(packets(60, size=1000), (5, 50), limits=limits)
    assert len(found) > 2
    assert all(sum(len(p.data) for p in part.packets) <= limits.held_bytes for part in found)
    joined = [packet.at_s for part in found for packet in part.packets]
    assert joined == sorted(set(joined))


def test_a_quiet_heavy_stream_holds_no_more_than_its_bound() -> None:
    cutter = Cutter(Limits(held_bytes=10_000))
    for packet in packets(60, size=1000):
        assert list(cutter.add(packet)) == []
        cutter.mark(packet.at_s, False)


def test_a_stream_with_hardly_any_key_frames_is_an_error_that_says_what_to_set() -> None:
    with pytest.raises(CameraError) as caught:
        cut(packets(60, key_every_s=60, size=1000), limits=Limits(held_bytes=20_000))
    assert caught.value.code == "camera-keys-too-rare"
    assert "key frame interval" in caught.value.hint
