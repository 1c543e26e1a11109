"""The OpenAPI 3.1 description of what anyone may read, made from the structs that write the answers."""

import json
from dataclasses import dataclass
from typing import Any

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from vicinage import __doc__ as title
from vicinage.wire import feed, problem, record

JSON_TYPE, GEOJSON, CSV, ATOM = "application/json", "application/geo+json", "text/csv", "application/atom+xml"
TEXT, BYTES, PMTILES = "text/plain", "application/octet-stream", "application/vnd.pmtiles"
ID = {"type": "string", "pattern": "^[a-z2-7]{16}$"}
CELL = {"type": "string", "pattern": "^8[0-9a-f]{14}$"}
STATE = {"type": "string", "pattern": "^([A-Z]{2}|none)$"}
INDEX = {"type": "integer", "minimum": 0}
GROUPS = {
    "record": noop("Agencies and requests"),
    "map": noop("The operator's own map"),
    "log": noop("The transparency log; its tiles are C2SP tlog-tiles under /log/"),
}
REFERENCE = "#/components/schemas/{name}"


@dataclass(frozen=True)
class Read:
    """One address that anyone may GET. answer: a struct for JSON, else None. blanks: of the address."""

    path: str
    name: str
    summary: str
    kind: str = JSON_TYPE
    answer: Any = None
    blanks: tuple[tuple[str, dict[str, Any]], ...] = ()
    group: str = "record"


RFA, AGENCY, AT = (("rfa_id", ID),), (("agency_id", ID),), (("index", INDEX),)
READS = (
    Read(
        "/agencies.geojson", "agencies", noop("All agencies, as GeoJSON"), GEOJSON, record.FeatureCollection
    ),
    Read("/agencies.csv", "agencies_csv", noop("All agencies, as a table"), CSV),
    Read("/agencies.atom", "agencies_atom", noop("The newest changes among the agencies, as Atom"), ATOM),
    Read(
        "/agencies/points.json",
        "agency_points",
        noop("Seats of all agencies for a map"),
        answer=record.Points,
    ),
    Read(
        "/agencies/state/{state}.json",
        "agencies_of_state",
        noop("The agencies of one state; `none` for those without one"),
        answer=record.StateFile,
        blanks=(("state", STATE),),
    ),
    Read(
        "/agencies/{agency_id}.json",
        "agency",
        noop("One agency with its history, its keys and its requests"),
        answer=record.AgencyFile,
        blanks=AGENCY,
    ),
    Read("/rfas.geojson", "rfas", noop("All requests with their areas"), GEOJSON, record.FeatureCollection),
    Read("/rfas.csv", "rfas_csv", noop("All requests, as a table"), CSV),
    Read("/rfas.atom", "rfas_atom", noop("The newest requests, as Atom"), ATOM),
    Read(
        "/rfas/{rfa_id}.json",
        "rfa",
        noop("One request: the log's entry and the text beside it"),
        answer=feed.RfaRecord,
        blanks=RFA,
    ),
    Read(
        "/public/rfas/cell/{cell}.json",
        "open_rfas_of_cell",
        noop("The open requests whose area touches an H3 cell of resolution 7"),
        answer=feed.CellFeed,
        blanks=(("cell", CELL),),
    ),
    Read(
        "/public/map.json",
        "map",
        noop("Which map of its own this server has"),
        answer=feed.MapSources,
        group="map",
    ),
    Read("/public/town.geojson", "town", noop("Streets that the operator laid here"), GEOJSON, group="map"),
    Read(
        "/public/map.pmtiles", "tiles", noop("The operator's map tiles; takes ranges"), PMTILES, group="map"
    ),
    Read(
        "/log/checkpoint",
        "checkpoint",
        noop("The log's newest checkpoint (C2SP tlog-checkpoint)"),
        TEXT,
        group="log",
    ),
    Read(
        "/log/policy",
        "policy",
        noop("Whose cosignatures make a checkpoint good (C2SP tlog-policy)"),
        TEXT,
        group="log",
    ),
    Read(
        "/log/proof/{index}",
        "proof",
        noop("Proof that an entry is in the log (C2SP tlog-proof)"),
        TEXT,
        None,
        AT,
        "log",
    ),
    Read("/log/leaf/{index}", "leaf", noop("The bytes of an entry"), BYTES, None, AT, "log"),
)


def document() -> bytes:
    """The description as JSON, the same bytes each time."""
    return json.dumps(_document(), indent=1, ensure_ascii=False).encode()


def groups() -> list[tuple[str, list[Read]]]:
    """The addresses by what they are about, for the readable page."""
    return [(_(title), [read for read in READS if read.group == name]) for name, title in GROUPS.items()]


def _document() -> dict[str, Any]:
    kinds = [read.answer for read in READS if read.answer is not None]
    _, schemas = msgspec.json.schema_components([*kinds, problem.Problem], ref_template=REFERENCE)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Vicinage: the public record",
            "version": "1",
            "summary": title,
            "description": (
                "Everything here is made from the published log. Ids are stable. Answers have a strong ETag, "
                "may be read from any site, and may be fetched as static files."
            ),
            "license": {"name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later"},
        },
        "tags": [{"name": name, "description": title} for name, title in GROUPS.items()],
        "paths": {read.path: {"get": _operation(read)} for read in READS},
        "components": {"schemas": _ecma(schemas)},
    }


def _operation(read: Read) -> dict[str, Any]:
    schema = (
        {"$ref": REFERENCE.format(name=read.answer.__name__)}
        if read.answer is not None
        else {"type": "string"}
    )
    told: dict[str, Any] = {
        "operationId": read.name,
        "summary": read.summary,
        "tags": [read.group],
        "responses": {
            "200": {
                "description": "Found",
                "headers": {
                    "ETag": {"schema": {"type": "string"}, "description": "Strong; for If-None-Match"}
                },
                "content": {read.kind: {"schema": schema}},
            },
            "304": {"description": "The reader has it already"},
        },
    }
    if read.blanks or read.group == "map":
        told["responses"]["404"] = {"description": "There is no such thing, or it is not public"}
    if read.blanks:
        told["parameters"] = [
            {"name": name, "in": "path", "required": True, "schema": schema} for name, schema in read.blanks
        ]
    return told


def _ecma(value: Any) -> Any:
    """The schemas with patterns as JSON Schema has them: Python's end of text is `$` there."""
    if isinstance(value, dict):
        return {
            key: one.replace("\\Z", "$") if key == "pattern" and isinstance(one, str) else _ecma(one)
            for key, one in value.items()
        }
    return [_ecma(one) for one in value] if isinstance(value, list) else value
