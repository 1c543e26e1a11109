"""What anyone may download of the public record: agencies, their history, and every request.

These files are made from the published log alone. Ids are stable for good; `index` is a place in the log.
"""

from typing import Annotated, Literal

import msgspec

from vicinage.wire.fields import Count, Id, Instant, Json, Recipient

Words = Annotated[str, msgspec.Meta(max_length=1000)]
Longitude = Annotated[float, msgspec.Meta(ge=-180, le=180)]
Latitude = Annotated[float, msgspec.Meta(ge=-90, le=90)]
Standing = Literal["verified", "suspended", "left"]
State = Annotated[str, msgspec.Meta(pattern=r"^([A-Z]{2})?\Z")]


class AgencyLine(msgspec.Struct, frozen=True):
    """One agency of the tracker, as every export has it. seat: longitude, latitude, to 0.001 of a degree.

    joined_at: first verified. until: the end of its verification, unless renewed. requests: how many it
    ever made. standing: as the log has it; a verification that has run out is still "verified" here.
    """

    id: Id
    name: Words
    kind: Words
    level: Words
    region: Words
    state: State
    domain: Words
    seat: tuple[Longitude, Latitude] | None
    retention_days: Count
    standing: Standing
    joined_at: Instant
    until: Instant | None
    suspended_at: Instant | None
    left_at: Instant | None
    requests: Count
    index: Count


class AgencyChange(msgspec.Struct, frozen=True):
    """One entry of an agency's history. kind: an event's name. recipient: of a key's entry.

    in_force_from: from when a key is used. reason: why it was suspended, in the operator's words, or why
    a key was revoked; null once it was taken down.
    """

    index: Count
    kind: Words
    at: Instant
    recipient: Recipient | None = None
    in_force_from: Instant | None = None
    reason: Words | None = None


class AgencyFile(msgspec.Struct, frozen=True):
    """GET /agencies/<id>.json: an agency with what was verified, its history and its requests."""

    agency: AgencyLine
    phone: Words
    email: Words
    evidence: list[Words]
    approvals: Count
    key: Recipient | None
    history: list[AgencyChange]
    rfas: list[Id]


class StateFile(msgspec.Struct, frozen=True):
    """GET /agencies/state/<state>.json: the agencies of one state; "none" holds those without one."""

    state: State
    agencies: list[AgencyLine]


class PointGroup(msgspec.Struct, frozen=True):
    """Seats of the agencies of one state and one standing, in no order that means anything.

    x, y: longitude and latitude in thousandths of a degree, each as the difference from the one before.
    """

    state: State
    standing: Standing
    x: list[int]
    y: list[int]


class Points(msgspec.Struct, frozen=True):
    """GET /agencies/points.json: the seats for a map of all agencies. unplaced: how many have none."""

    groups: list[PointGroup]
    unplaced: Count


class Feature(msgspec.Struct, frozen=True, tag_field="type", tag="Feature"):
    """A GeoJSON feature (RFC 7946). properties: the row of the CSV of the same name."""

    id: Id
    geometry: Json | None
    properties: Json


class FeatureCollection(msgspec.Struct, frozen=True, tag_field="type", tag="FeatureCollection"):
    """GET /agencies.geojson, GET /rfas.geojson: GeoJSON in longitude and latitude of WGS 84."""

    features: list[Feature]


class RfaLine(msgspec.Struct, frozen=True):
    """One published request, as every export has it. open_until: it takes answers until then at most."""

    id: Id
    agency: Id
    agency_name: Words
    title: Words
    offence: Words
    reference: Words
    number: Count
    first: Id | None
    window_from: Instant
    window_to: Instant
    area_m2: float
    regime: Words
    submitted_at: Instant
    published_at: Instant
    open_until: Instant | None
    resolved_at: Instant | None
    index: Count
