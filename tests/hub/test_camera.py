"""Opening, reading and cutting real videos."""

import io
from pathlib import Path

import av
import pytest

from vicinage.demo.scene import Take, render
from vicinage.hub.camera import Camera, Packet, without_password
from vicinage.hub.errors import CameraError


def all_packets(path: Path) -> list[Packet]:
    """Every packet of a file."""
    with Camera(str(path)) as camera:
        return list(camera.packets())


def cut(path: Path, begin_s: float, end_s: float) -> bytes:
    """An MP4 of the packets in this span."""
    with Camera(str(path)) as camera:
        return camera.cut([p for p in camera.packets() if begin_s <= p.at_s < end_s])


def coded(mp4: bytes, kind: str = "video") -> list[bytes]:
    """The coded pictures or sounds in an MP4, in order."""
    with av.open(io.BytesIO(mp4), "r") as container:
        return [bytes(p) for p in container.demux(container.streams.get({kind: 0})) if p.size]


def test_what_is_not_a_video_is_refused_in_plain_words(tmp_path: Path) -> None:
    letter = tmp_path / "letter.mp4"
    letter.write_bytes(b"Dear neighbours, " * 500)
    with pytest.raises(CameraError) as caught:
        Camera(str(letter))
    assert caught.value.code == "camera-not-a-video"
    assert "letter.mp4 is not a video" in str(caught.value)


def test_a_missing_file_and_a_dead_address_are_unreachable(tmp_path: Path) -> None:
    for source in (str(tmp_path / "none.mp4"), "http://127.0.0.1:9/camera.ts", "rtsp://127.0.0.1:9/x"):
        with pytest.raises(CameraError) as caught:
            Camera(source)
        assert caught.value.code == "camera-unreachable"


def test_a_sound_file_has_no_picture(tmp_path: Path) -> None:
    path = tmp_path / "sound.mp4"
    with av.open(str(path), "w") as out:
        stream = out.add_stream("aac", rate=16000)
        out.mux(stream.encode(_silence(16000)))
        out.mux(stream.encode(None))
    with pytest.raises(CameraError) as caught:
        Camera(str(path))
    assert caught.value.code == "camera-not-a-video"


def test_a_password_never_appears_in_an_error() -> None:
    with pytest.raises(CameraError) as caught:
        Camera("rtsp://alice:s3cret@127.0.0.1:9/stream?key=s3cret")
    assert "s3cret" not in str(caught.value)
    assert without_password("rtsp://alice:s3cret@cam.example:554/a?k=s3cret") == "rtsp://cam.example:554/a"


def test_a_clip_holds_the_coded_pictures_untouched(street: Path) -> None:
    whole = [packet.data for packet in all_packets(street)]
    assert coded(cut(street, 5.0, 9.0)) == whole[5 * 15 : 9 * 15]


def test_a_clip_starts_at_zero_with_its_index_first_and_a_key_frame(street: Path) -> None:
    mp4 = cut(street, 5.0, 9.0)
    assert mp4.index(b"moov") < mp4.index(b"mdat")
    with av.open(io.BytesIO(mp4), "r") as container:
        packets = [p for p in container.demux(video=0) if p.size]
        assert packets[0].pts == 0
        assert packets[0].is_keyframe
        assert container.duration == pytest.approx(4_000_000, abs=10_000)
    with av.open(io.BytesIO(mp4), "r") as container:
        assert len(list(container.decode(video=0))) == 60


def test_h265_passes_through_and_carries_the_tag_that_browsers_want(videos: Path) -> None:
    path = render(videos / "h265.mp4", take=Take(6, 3, 320, 180, codec="libx265"))
    mp4 = cut(path, 1.0, 3.0)
    assert coded(mp4) == [packet.data for packet in all_packets(path)][15:45]
    assert b"hvc1" in mp4


def test_aac_sound_is_kept_and_begins_with_the_picture(busy: Path, videos: Path) -> None:
    path = videos / "sound.mp4"
    _with_sound(busy, path)
    mp4 = cut(path, 1.0, 4.0)
    assert len(coded(mp4, "audio")) == pytest.approx(3 * 16000 / 1024, abs=2)
    with av.open(io.BytesIO(mp4), "r") as container:
        first = next(p for p in container.demux(audio=0) if p.size)
        assert 0 <= (first.pts or 0) * float(first.time_base or 0) < 0.1


def test_a_truncated_stream_gives_the_packets_that_came(street: Path, tmp_path: Path) -> None:
    stream = tmp_path / "cut.ts"
    with av.open(str(street)) as source, av.open(str(stream), "w", format="mpegts") as out:
        copied = out.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.size:
                packet.stream = copied
                out.mux(packet)
    data = stream.read_bytes()
    stream.write_bytes(data[: len(data) // 2 + 77])
    packets = all_packets(stream)
    assert 60 < len(packets) < 330
    with Camera(str(stream)) as camera:
        taken = list(camera.packets())
        assert coded(camera.cut(taken[:30]))


def test_an_mp4_without_its_index_is_not_a_video(street: Path, tmp_path: Path) -> None:
    cut_short = tmp_path / "short.mp4"
    cut_short.write_bytes(street.read_bytes()[:50_000])
    with pytest.raises(CameraError) as caught:
        Camera(str(cut_short))
    assert caught.value.code == "camera-not-a-video"


def test_a_codec_that_no_mp4_holds_can_be_watched_but_not_cut(tmp_path: Path, busy: Path) -> None:
    path = tmp_path / "old.avi"
    with av.open(str(busy)) as source, av.open(str(path), "w") as out:
        stream = out.add_stream("wmv2", rate=15)
        stream.width, stream.height, stream.pix_fmt = 480, 270, "yuv420p"
        for frame in source.decode(video=0):
            bare = av.VideoFrame.from_ndarray(frame.to_ndarray(format="yuv420p"), format="yuv420p")
            out.mux(stream.encode(bare))
        out.mux(stream.encode(None))
    with Camera(str(path)) as camera:
        packets = list(camera.packets())
        assert len(packets) == 75
        with pytest.raises(CameraError) as caught:
            camera.cut(packets)
    assert caught.value.code == "camera-codec"


def test_a_thumbnail_is_a_small_jpeg(street: Path) -> None:
    with Camera(str(street)) as camera:
        packets = list(camera.packets())
        jpeg = camera.decoder().thumbnail(packets[90:100])
    with av.open(io.BytesIO(jpeg), "r") as container:
        frame = next(container.decode(video=0))
    assert (frame.width, frame.height) == (320, 180)
    assert len(jpeg) < 40_000


def test_damaged_pictures_give_no_thumbnail_and_no_exception(street: Path) -> None:
    with Camera(str(street)) as camera:
        first = next(camera.packets())
        assert camera.decoder().thumbnail([first._replace(data=b"\x00" * 500)]) == b""


def _silence(samples: int) -> av.AudioFrame:
    frame = av.AudioFrame(format="fltp", layout="mono", samples=samples)
    for plane in frame.planes:
        plane.update(bytes(plane.buffer_size))
    frame.sample_rate = 16000
    return frame


def _with_sound(video: Path, path: Path) -> None:
    """The video with five seconds of AAC silence beside it."""
    with av.open(str(video)) as source, av.open(str(path), "w") as out:
        copied = out.add_stream_from_template(source.streams.video[0])
        sound = out.add_stream("aac", rate=16000, layout="mono")
        coded_sound = [*sound.encode(_silence(5 * 16000)), *sound.encode(None)]
        pictures = [p for p in source.demux(video=0) if p.size]
        for packet in pictures:
            packet.stream = copied
        mixed = [*pictures, *coded_sound]
        for packet in sorted(mixed, key=lambda p: float((p.dts or 0) * (p.time_base or 0))):
            out.mux(packet)
