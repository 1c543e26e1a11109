"""What hub, browser, devices and server say to each other over HTTP, as values with limits.

Each module holds the messages of one talk. A message is a frozen struct; `decode` makes it from
bytes of the other side or raises WireError, `encode` writes it. Spec: spec/wire.md.
"""

from vicinage.wire.codec import WireError, decode, encode

__all__ = ["WireError", "decode", "encode"]
