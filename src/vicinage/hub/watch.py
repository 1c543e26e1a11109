"""Decides what to decode. Motion is judged on pictures, and decoding all of a large stream is dear.

A small stream is decoded whole. Of a large one each group of pictures is decoded from its key frame
only so far that at most BLIND_S seconds before the next key frame stay unseen, and they are decoded
after all when their packets grow. So whatever lasts BLIND_S is seen on a picture, and what is shorter
mostly by its packets. While something moves already, MOVING_BLIND_S is enough.
"""

from collections.abc import Iterator
from math import log
from typing import NamedTuple

from vicinage.hub.camera import Decoder, Packet, Picture
from vicinage.hub.moment import SAMPLES_PER_S, Gate

SMALL_PX = 400_000
"""Up to this many pixels (704 x 576, 768 x 432) a stream is decoded whole."""

BLIND_S = 0.5
MOVING_BLIND_S = 0.8
CALM_S = 2.0
_SLACK_S = 0.01


class Verdict(NamedTuple):
    """Whether something moved at `at_s`. Later verdicts are about later times."""

    at_s: float
    moving: bool


class Watch:
    """Feed it each video packet in order; it gives verdicts, some about packets fed before."""

    def __init__(self, decoder: Decoder, picture: Picture, whole: bool | None = None) -> None:
        """whole: decode everything (True), as little as will do (False), or by the picture's size (None)."""
        self._decoder = decoder
        self._gate = Gate()
        small = picture.width * picture.height <= SMALL_PX
        self._whole = small or decoder.has_reordering if whole is None else whole
        self._sizes = Sizes()
        self._held: list[Packet] = []
        self._grown = False
        self._key_s = 0.0
        self._group_s = 0.0
        self._next_s = 0.0
        self._moved_s = 0.0

    def feed(self, packet: Packet) -> Iterator[Verdict]:
        """Verdicts that this packet makes possible."""
        if packet.is_key:
            self._group_s = packet.at_s - self._key_s
            self._key_s = packet.at_s
            self._held = []
            self._grown = False
        is_calm = packet.at_s - self._moved_s > CALM_S
        self._grown |= self._sizes.add(packet, is_calm) and is_calm
        blind_s = BLIND_S if is_calm else MOVING_BLIND_S
        if self._whole or self._grown or packet.at_s <= self._key_s + max(0.0, self._group_s - blind_s):
            for earlier in self._held:
                yield from self._push(earlier)
            self._held = []
            yield from self._push(packet)
        else:
            self._held.append(packet)

    def _push(self, packet: Packet) -> Iterator[Verdict]:
        """Decode one more packet, and judge five pictures a second."""
        for at_s, luma in self._decoder.push(packet, self._next_s - _SLACK_S):
            self._next_s = max(self._next_s + 1 / SAMPLES_PER_S, at_s + 0.5 / SAMPLES_PER_S)
            moving = self._gate.see(at_s, luma)
            if moving:
                self._moved_s = at_s
            yield Verdict(at_s, moving)


class Sizes:
    """Notices when the packets after a key frame grow, against the same places of calm groups."""

    GROWN = 0.06
    SPREADS = 1.2
    WEIGHT = 0.3
    LEARN = 0.08

    def __init__(self) -> None:
        self._usual: list[float] = []
        self._spread = 0.1
        self._place = 0
        self._recent = 0.0

    def add(self, packet: Packet, learn: bool) -> bool:
        """Take in one packet. True when the recent ones of its group are larger than is usual."""
        if packet.is_key:
            self._place, self._recent = 0, 0.0
            return False
        size = log(len(packet.data) + 200)
        place, self._place = self._place, self._place + 1
        if place >= len(self._usual):
            self._usual.append(size)
            return False
        excess = size - self._usual[place]
        self._recent += self.WEIGHT * (excess - self._recent)
        if learn:
            self._usual[place] += self.LEARN * max(-0.5, min(0.5, excess))
            self._spread += 0.01 * (abs(self._recent) - self._spread)
        return self._recent > max(self.GROWN, self.SPREADS * self._spread)
