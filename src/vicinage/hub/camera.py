"""The camera's stream: the only place that touches the video library (PyAV over FFmpeg).

It opens a source, hands out packets as plain values, decodes luma for the motion gate, and puts
packets of a recording into an MP4 in memory, as they came, without transcoding.
"""

import io
from collections.abc import Iterator, Sequence
from fractions import Fraction
from types import TracebackType
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import av
import av.error
import numpy as np

from vicinage.hub.errors import CameraError
from vicinage.hub.moment import Luma

OPEN_S, READ_S = 10.0, 5.0
"""Patience for opening, and for each read, of a network source."""

HELD = frozenset({"h264", "hevc", "mpeg4", "av1", "vp9"})
"""Codecs that an MP4 holds as they come."""

THUMBNAIL_PX = 320
_JUMP_S = 10.0
_LIVE = ("rtsp", "rtsps", "http", "https", "tcp")
_BROKEN = (av.error.FFmpegError, OSError)


class Packet(NamedTuple):
    """One coded picture or piece of sound. pts, dts, duration in the stream's own time base.

    at_s: seconds since the first key frame of the session, by presentation time.
    """

    at_s: float
    is_key: bool
    is_audio: bool
    pts: int
    dts: int
    duration: int
    data: bytes


class Picture(NamedTuple):
    """Codec in FFmpeg's name, width and height in pixels."""

    codec: str
    width: int
    height: int


def is_live(source: str) -> bool:
    """Whether the source is a network address rather than a file."""
    return urlsplit(source).scheme in _LIVE


def without_password(source: str) -> str:
    """The source as it may appear in a log line: user, password and query removed."""
    parts = urlsplit(source)
    if parts.scheme not in _LIVE:
        return source
    return f"{parts.scheme}://{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}{parts.path}"


class Camera:
    """An open source. Use as a context manager; iterate `packets()` once; `cut` until it is closed."""

    def __init__(self, source: str) -> None:
        """Open it. Raises CameraError: camera-unreachable, camera-not-a-video."""
        self._name = without_password(source)
        self._container = _opened(source, self._name)
        if not self._container.streams.video or not self._container.streams.video[0].codec_context:
            self._container.close()
            raise _not_a_video(self._name)
        self._video = self._container.streams.video[0]
        context = self._video.codec_context
        if not context.width or not context.height:
            self._container.close()
            raise _not_a_video(self._name)
        self.picture = Picture(context.name, context.width, context.height)
        sound = (s for s in self._container.streams.audio if s.codec_context)
        self._audio: Any = next((s for s in sound if s.codec_context.name == "aac"), None)

    def __enter__(self) -> "Camera":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._container.close()

    @property
    def length_s(self) -> float:
        """How long the source says it is; 0 for a live one."""
        return float((self._container.duration or 0) / av.time_base)

    def packets(self) -> Iterator[Packet]:
        """Packets in the order they came, from the first key frame on. A file ends; so may a stream.

        Raises CameraError: camera-broke-off, camera-time-jumped, camera-no-picture.
        """
        streams = [s for s in (self._video, self._audio) if s is not None]
        timing = _Timing(self._name)
        try:
            for packet in self._container.demux(streams):
                if packet.size == 0 or (packet.dts is None and packet.pts is None):
                    continue
                taken = timing.take(packet, packet.stream is self._audio)
                if taken is not None:
                    yield taken
        except _BROKEN as error:
            raise CameraError(
                "camera-broke-off",
                f"The stream of {self._name} broke off ({type(error).__name__}).",
                "The hub connects again by itself; if this lasts, look at the camera's network.",
            ) from error
        if not timing.is_started:
            raise CameraError(
                "camera-no-picture",
                f"{self._name} ended before its first key frame.",
                "Check that the file is whole and the camera sends video.",
            )

    def decoder(self) -> "Decoder":
        """A decoder for this source's pictures."""
        context = self._video.codec_context
        return Decoder(context.name, context.extradata, self._video.time_base, bool(context.has_b_frames))

    def cut(self, packets: Sequence[Packet]) -> bytes:
        """A faststart MP4 of these packets, as they came. The first must be a key frame.

        Raises CameraError: camera-codec, camera-cannot-cut.
        """
        if self.picture.codec not in HELD:
            raise CameraError(
                "camera-codec",
                f"An MP4 cannot hold {self.picture.codec} as it comes from {self._name}.",
                "Set the camera to H.264 or H.265.",
            )
        room = str(16 * 1024 + 44 * len(packets))
        target = io.BytesIO()
        try:
            with av.open(target, "w", format="mp4", options={"moov_size": room}) as out:
                video = out.add_stream_from_template(self._video, opaque=True)
                if self.picture.codec == "hevc":
                    video.codec_tag = "hvc1"
                has_sound = any(packet.is_audio for packet in packets)
                audio = out.add_stream_from_template(self._audio) if self._audio and has_sound else None
                self._write(out, video, audio, packets)
        except (*_BROKEN, ValueError) as error:
            raise CameraError(
                "camera-cannot-cut", f"A clip of {self._name} could not be written as MP4: {error}."
            ) from error
        return target.getvalue()

    def _write(self, out: Any, video: Any, audio: Any, packets: Sequence[Packet]) -> None:
        first = packets[0].pts
        video_base = Fraction(self._video.time_base)
        for packet in packets:
            stream, base = (
                (audio, Fraction(self._audio.time_base)) if packet.is_audio else (video, video_base)
            )
            shift = round(first * video_base / base)
            item = av.Packet(packet.data)
            item.pts, item.dts, item.duration = packet.pts - shift, packet.dts - shift, packet.duration
            item.time_base, item.is_keyframe, item.stream = base, packet.is_key, stream
            out.mux(item)


class Decoder:
    """Luma of pictures, of packets in a row from a key frame on."""

    def __init__(
        self, codec: str, extradata: bytes | None, time_base: Fraction, has_reordering: bool
    ) -> None:
        self.has_reordering = has_reordering
        self._context: Any = av.CodecContext.create(codec, "r")
        self._context.extradata = extradata
        self._context.thread_count = 1
        self._context.options = {"flags2": "+fast", "skip_loop_filter": "all"}
        self._time_base = time_base

    def push(self, packet: Packet, from_s: float) -> Iterator[tuple[float, Luma]]:
        """Decode the next packet; the pictures it sets free that are not before `from_s`.

        Luma: rows x columns. After a gap the next packet should be a key frame.
        """
        offset_s = packet.at_s - float(packet.pts * self._time_base)
        for frame in self._decode(packet):
            at_s = float((frame.pts or 0) * self._time_base) + offset_s
            if at_s >= from_s:
                yield at_s, _luma(frame)

    def thumbnail(self, packets: Sequence[Packet]) -> bytes:
        """A JPEG, at most 320 px wide or high, of the last picture in this row from a key frame on.

        Empty if none of them can be decoded.
        """
        last = None
        for packet in [*packets, None]:
            for frame in self._decode(packet):
                last = frame
        self._context.flush_buffers()
        return b"" if last is None else _jpeg(last)

    def _decode(self, packet: Packet | None) -> list[Any]:
        """Frames that this packet sets free; a damaged packet sets none free."""
        item = None
        if packet is not None:
            item = av.Packet(packet.data)
            item.pts, item.dts, item.time_base = packet.pts, packet.dts, self._time_base
        try:
            return list(self._context.decode(item))
        except av.error.FFmpegError:
            return []


class _Timing:
    """Seconds since the first key frame, and a watch over time stamps that jump."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._zero: Fraction | None = None
        self._last: dict[bool, int] = {}
        self._bases: dict[bool, tuple[float, float]] = {}

    @property
    def is_started(self) -> bool:
        return self._zero is not None

    def _base(self, packet: Any, is_audio: bool, zero: Fraction) -> tuple[float, float]:
        """A stream's seconds per step, and the session's zero in its steps."""
        base = Fraction(packet.time_base)
        self._bases[is_audio] = float(base), float(zero / base)
        return self._bases[is_audio]

    def take(self, packet: Any, is_audio: bool) -> Packet | None:
        """The packet as a value, or None before the first key frame. Raises CameraError."""
        pts = packet.pts if packet.pts is not None else packet.dts
        dts = packet.dts if packet.dts is not None else packet.pts
        is_key = bool(packet.is_keyframe) and not is_audio
        if self._zero is None:
            if not is_key:
                return None
            self._zero = pts * Fraction(packet.time_base)
        base, zero = self._bases.get(is_audio) or self._base(packet, is_audio, self._zero)
        at_s = (pts - zero) * base
        if is_audio and at_s < 0:
            return None
        last = self._last.get(is_audio)
        if last is not None and abs(dts - last) * base > _JUMP_S:
            raise CameraError(
                "camera-time-jumped", f"The time stamps of {self._name} jumped by over {_JUMP_S:.0f} s."
            )
        if last is not None and dts <= last:
            dts = last + 1
            pts = max(pts, dts)
        self._last[is_audio] = dts
        return Packet(at_s, is_key, is_audio, pts, dts, packet.duration or 0, bytes(packet))


def _opened(source: str, name: str) -> Any:
    options = {"rtsp_transport": "tcp", "rtsp_flags": "prefer_tcp"} if source.startswith("rtsp") else {}
    timeout = (OPEN_S, READ_S) if is_live(source) else None
    try:
        return av.open(source, "r", options=options, timeout=timeout)
    except av.error.InvalidDataError as error:
        raise _not_a_video(name) from error
    except av.error.HTTPUnauthorizedError as error:
        raise CameraError(
            "camera-refused",
            f"{name} refused the user name or password.",
            "Check them in the source address.",
        ) from error
    except (*_BROKEN, ValueError) as error:
        raise CameraError(
            "camera-unreachable",
            f"{name} could not be opened ({type(error).__name__}).",
            "Check the address, that the camera is on, and that this machine reaches it.",
        ) from error


def _not_a_video(name: str) -> CameraError:
    return CameraError(
        "camera-not-a-video",
        f"{name} is not a video that can be read.",
        "Give a video file or a camera's stream.",
    )


def _luma(frame: Any) -> Luma:
    """Brightness, rows x columns; a view for planar YUV, a converted copy for anything else."""
    if not frame.format.name.startswith(("yuv4", "yuvj4", "nv12", "nv21")) or "10" in frame.format.name:
        frame = frame.reformat(format="gray")
    plane = frame.planes[0]
    rows: Luma = np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)
    return rows[: frame.height, : frame.width]


def _jpeg(frame: Any) -> bytes:
    scale = min(1.0, THUMBNAIL_PX / max(frame.width, frame.height))
    width, height = (max(2, round(side * scale / 2) * 2) for side in (frame.width, frame.height))
    small = frame.reformat(width=width, height=height, format="yuvj420p")
    small.pts = None
    context = av.CodecContext.create("mjpeg", "w")
    context.width, context.height, context.pix_fmt = width, height, "yuvj420p"
    context.time_base = Fraction(1, 15)
    context.options = {"qmin": "4", "qmax": "8"}
    return b"".join(bytes(packet) for packet in [*context.encode(small), *context.encode(None)])
