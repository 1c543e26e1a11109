"""What anyone may read of the published rfas, as JSON files: the hub and the browser match on it."""

from typing import Annotated

import msgspec

from vicinage.wire.fields import Cell, Count, Id, Instant, Json, Recipient

CELL_LIMIT = 4 * 1024 * 1024
"""Largest feed of one cell, in bytes."""


class AgencyName(msgspec.Struct, frozen=True):
    """An agency as the feed names it."""

    id: Id
    name: Annotated[str, msgspec.Meta(max_length=300)]


class Window(msgspec.Struct, frozen=True):
    """The time asked for, half-open."""

    start: Instant = msgspec.field(name="from")
    end: Instant = msgspec.field(name="to")


class OpenRfa(msgspec.Struct, frozen=True):
    """An open rfa. `index` is its leaf's place in the log; area: a GeoJSON Polygon."""

    id: Id
    index: Count
    title: Annotated[str, msgspec.Meta(max_length=1000)]
    offence: Annotated[str, msgspec.Meta(max_length=1000)]
    agency: AgencyName
    window: Window
    area: Json


class CellFeed(msgspec.Struct, frozen=True):
    """GET /public/rfas/cell/<cell>.json: the open rfas whose area touches the cell."""

    cell: Cell
    rfas: Annotated[list[OpenRfa], msgspec.Meta(max_length=1000)]


class AgencyRecord(msgspec.Struct, frozen=True):
    """The agency of an rfa's record, with the places in the log of its verification and its key in force.

    Name, key and retention are a convenience: a device believes those of the entries.
    """

    id: Id
    name: Annotated[str, msgspec.Meta(max_length=300)]
    recipient: Recipient | None = None
    key_index: Count | None = None
    verified_index: Count | None = None
    retention_days: Count | None = None


class RfaRecord(msgspec.Struct, frozen=True):
    """GET /rfas/<id>.json: the leaf as logged and the text beside it (null once redacted)."""

    index: Count
    leaf: Json
    leaf_bytes: Annotated[bytes, msgspec.Meta(max_length=65535)] = msgspec.field(name="leaf_b64")
    text: Json | None
    agency: AgencyRecord


class MapSources(msgspec.Struct, frozen=True):
    """GET /public/map.json: which map of its own the server has; a browser then asks for no other.

    tiles: whether there is /public/map.pmtiles; town: whether there is /public/town.geojson.
    """

    tiles: bool
    town: bool
