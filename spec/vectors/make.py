"""Writes place.json, judge.json and consent.json beside itself, from the code, the same every time.

Python and TypeScript both read them. `python spec/vectors/make.py --check` writes nothing and fails
when a file would change, so that a change of meaning shows in the diff of a vector.
"""

import base64
import itertools
import json
import math
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from vicinage import regimes
from vicinage.core import canonical, clip, commitment, consent, place, span
from vicinage.core.agency import Agency
from vicinage.core.draft import Earlier, Rfa
from vicinage.core.errors import CoreError
from vicinage.core.ids import make_id
from vicinage.core.judge import judge

HERE = Path(__file__).parent
AT = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)
CENTER = place.Point(lat=39.2846, lon=-76.5933)


def _id(letter: str) -> str:
    return make_id(letter.encode() * 10)


def square(miles: float, lat: float = CENTER.lat, lon: float = CENTER.lon) -> place.Area:
    """A square of so many square miles around a point, to six decimals."""
    half = math.sqrt(miles * place.SQUARE_MILE_M2) / 2
    north = half / 111_035.0
    for _ in range(20):  # step to the size: degrees are not metres
        east = north * 111_035.0 / (111_320.0 * math.cos(math.radians(lat)))
        corners = ((-north, -east), (-north, east), (north, east), (north, -east))
        ring = tuple(place.Point(lat=lat + dy, lon=lon + dx) for dy, dx in corners)
        area = place.Area(ring)
        north *= math.sqrt(miles * place.SQUARE_MILE_M2 / place.area_m2(area))
    return area


def _ring(*pairs: tuple[float, float]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [[list(pair) for pair in (*pairs, pairs[0])]]}


def _place_areas() -> dict[str, dict[str, Any]]:
    return {
        "circle of 300 m": place.circle(CENTER, 300).geojson(),
        "half a square mile": square(0.5).geojson(),
        "the smallest": square(0.025).geojson(),
        "clockwise, twice the same corner": _ring((0, 0), (0, 0), (0, 0.01), (0.01, 0.01), (0.01, 0)),
        "an L": _ring((0, 0), (0.01, 0), (0.01, 0.003), (0.003, 0.003), (0.003, 0.01), (0, 0.01)),
        "more than six decimals": _ring((10.00000049, 50.00000051), (10.01, 50), (10.01, 50.0099999999)),
        "in the south and west": _ring((-58.4, -34.6), (-58.39, -34.6), (-58.39, -34.59), (-58.4, -34.59)),
        "a bow tie": _ring((0, 0), (0.01, 0.01), (0.01, 0), (0, 0.01)),
        "across the antimeridian": _ring((179.995, 0), (-179.995, 0), (-179.995, 0.01), (179.995, 0.01)),
        "a ribbon": _ring((0, 0), (0.2, 0), (0.2, 0.00005), (0, 0.00005)),
        "a pointing finger": _ring(
            (0, 0), (0.005, 0), (0.005, 0.002), (0.01, 0.00205), (0.005, 0.0021), (0, 0.005)
        ),
    }


def _probes(area: place.Area) -> list[place.Point]:
    """Corners, middles of edges, and a lattice over the box and beyond."""
    ring = area.ring
    lats, lons = [p.lat for p in ring], [p.lon for p in ring]
    low, high = min(lats), max(lats)
    west, east = min(lons), max(lons)
    found = [
        *ring[:6],
        *(place.Point((a.lat + b.lat) / 2, (a.lon + b.lon) / 2) for a, b in itertools.pairwise(ring[:7])),
    ]
    for i in range(-1, 8):
        for j in range(-1, 8):
            found.append(place.Point(low + (high - low) * i / 6.5, west + (east - west) * j / 6.5))
    return found


def _place_case(name: str, geojson: dict[str, Any]) -> dict[str, Any]:
    area = place.parse_area(geojson)
    flaws = place.flaws(area)
    case: dict[str, Any] = {"name": name, "given": geojson, "read": area.geojson(), "flaws": list(flaws)}
    if not flaws:
        case["area_m2"] = round(place.area_m2(area), 1)
        case["cells"] = list(place.cells_of(area))
        case["points"] = [
            {"lat": p.lat, "lon": p.lon, "inside": place.contains(area, p), "cell": place.cell_of(p)}
            for p in _probes(area)
        ]
    return case


def _place_refused() -> list[dict[str, Any]]:
    sound = _ring((0, 0), (0.01, 0), (0.01, 0.01))
    ring = sound["coordinates"][0]
    broken: dict[str, Any] = {
        "a point": {"type": "Point", "coordinates": [0, 0]},
        "a hole": {"type": "Polygon", "coordinates": [ring, ring]},
        "an open ring": {"type": "Polygon", "coordinates": [[*ring[:-1], [0, 0.01]]]},
        "two corners": _ring((0, 0), (1, 1)),
        "two corners after dropping twins": _ring((0, 0), (0, 0), (0.01, 0.01)),
        "201 corners": _ring(*((i / 1000, i % 2 / 1000) for i in range(201))),
        "a latitude of 91": _ring((0, 0), (1, 91), (1, 0)),
        "a longitude of 181": _ring((0, 0), (181, 1), (1, 0)),
        "an altitude": {"type": "Polygon", "coordinates": [[[*pair, 3] for pair in ring]]},
        "texts": {"type": "Polygon", "coordinates": [[["0", "0"], ["1", "0"], ["1", "1"], ["0", "0"]]]},
        "truth values": {"type": "Polygon", "coordinates": [[[True, 0], [1, 0], [1, 1], [True, 0]]]},
        "a foreign member": {**sound, "crs": None},
        "null": None,
    }
    cases = []
    for name, given in broken.items():
        try:
            place.parse_area(given)
        except CoreError as e:
            cases.append({"name": name, "given": given, "code": e.code})
    if len(cases) != len(broken):
        raise SystemExit("A polygon that must be refused was read.")
    return cases


def make_place() -> dict[str, Any]:
    """Areas with their size, flaws, cells and points in and out."""
    return {
        "format": "spec/rfa.md, The area",
        "areas": [_place_case(name, given) for name, given in _place_areas().items()],
        "refused": _place_refused(),
    }


AGENCY = Agency(
    id=_id("h"),
    name="Harbour Police",
    kind="police",
    level="local",
    domain="harbour.example",
    region="Harbour City",
    retention_days=365,
    phone="+1 410 555 0100",
    email="desk@harbour.example",
    state="MD",
    seat=(-76.593, 39.285),
    evidence=("acknowledgement", "call-back", "directory", "mail"),
    approvals=2,
    until=AT + timedelta(days=300),
)
DRAFT: dict[str, Any] = {
    "reference": "26-1107",
    "offence": "robbery",
    "title": "Robbery on Eastern Avenue",
    "text": "A shop was robbed. Two people, one in a red jacket, left on foot towards the park.",
    "contact": "robbery@harbour.example",
    "area": place.circle(CENTER, 300).geojson(),
    "window": {"from": "2026-11-22T09:00:00Z", "to": "2026-11-22T10:30:00Z"},
}


def _window(**length: float) -> dict[str, str]:
    end = AT - timedelta(hours=1)
    return {"from": span.format_instant(end - timedelta(**length)), "to": span.format_instant(end)}


def _judge_changes() -> list[tuple[str, dict[str, Any]]]:
    later = {"from": "2026-11-22T13:30:00Z", "to": "2026-11-22T14:00:01Z"}
    return [
        ("a sound request", {}),
        ("exactly 12 h", {"window": _window(hours=12)}),
        ("12 h 1 min", {"window": _window(hours=12, minutes=1)}),
        ("12 h 1 s", {"window": _window(hours=12, seconds=1)}),
        ("exactly 15 min", {"window": _window(minutes=15)}),
        ("14 min", {"window": _window(minutes=14)}),
        ("a window that ends as it is submitted", {"window": {**later, "to": "2026-11-22T14:00:00Z"}}),
        ("a window in the future", {"window": later}),
        ("exactly 0.5 square mile", {"area": square(0.5).geojson()}),
        ("0.51 square mile", {"area": square(0.51).geojson()}),
        ("exactly 0.025 square mile", {"area": square(0.025).geojson()}),
        ("0.024 square mile", {"area": square(0.024).geojson()}),
        ("a self-crossing polygon", {"area": _ring((0, 0), (0.01, 0.01), (0.01, 0), (0, 0.01))}),
        (
            "across the antimeridian",
            {"area": _ring((179.995, 0), (-179.995, 0), (-179.995, 0.01), (179.995, 0.01))},
        ),
        ("a ribbon through the city", {"area": _ring((0, 0), (0.2, 0), (0.2, 0.00005), (0, 0.00005))}),
        ("a second post", {"earlier": ["26-1107"]}),
        ("a third post", {"earlier": ["26-1107", "26 1107"]}),
        ("a third post, written otherwise", {"earlier": ["No 26/1107", "26.1107", "２６-1107"]}),
        ("two posts on other incidents", {"earlier": ["26-1106", "26-1108"]}),
        ("no reference number", {"reference": ""}),
        ("a reference of dashes", {"reference": "---"}),
        (
            "someone named by race alone",
            {"text": "We are looking for a Black man who was seen on the avenue."},
        ),
        ("race and age and sex", {"text": "Suspect is white, male, about 30 years old, last seen at noon."}),
        ("race and one feature", {"text": "Looking for a Hispanic man in a jacket, seen on the avenue."}),
        (
            "race and two features",
            {"text": "Looking for a Hispanic man in a jacket, with a limp, on the avenue."},
        ),
        ("a black jacket", {"text": "Someone in a black jacket got into a white van and drove off."}),
        ("a federal agency", {"agency": {"level": "federal"}}),
        ("a suspended agency", {"agency": {"suspended": True}}),
        ("an agency whose verification lapsed that second", {"agency": {"until": AT}}),
        ("an agency that one operator approved", {"agency": {"approvals": 1}}),
        (
            "an agency that nobody called back",
            {"agency": {"evidence": ("acknowledgement", "directory", "mail")}},
        ),
        ("an immigration agency as a local one", {"agency": {"domain": "ice.gov", "email": "desk@ice.gov"}}),
        ("an unverified agency", {"agency": None}),
        ("another agency's name", {"agency": {"id": _id("x")}}),
        ("a contact that is neither mail nor phone", {"contact": "Detective Carol, room 12"}),
        ("a telephone number", {"contact": "+1 (410) 555-0142 x12"}),
        ("an offence that is not listed", {"offence": "loitering"}),
        (
            "nothing filled in",
            {name: "" for name in DRAFT if name not in ("area", "window")} | {"area": None, "window": None},
        ),
        ("a long text", {"text": "a " * 2500}),
    ]


def agency_json(agency: Agency) -> dict[str, Any]:
    """An agency as a case holds it: times as text, lists for tuples."""
    until = agency.until and span.format_instant(agency.until)
    seat = agency.seat and list(agency.seat)
    return {**agency.__dict__, "until": until, "seat": seat, "evidence": list(agency.evidence)}


def read_agency(case: dict[str, Any]) -> Agency:
    """The agency that a case describes."""
    until = case["until"] and span.parse_instant(case["until"])
    seat = case["seat"] and tuple(case["seat"])
    return Agency(**{**case, "until": until, "seat": seat, "evidence": tuple(case["evidence"])})


def read_draft(draft: dict[str, Any]) -> Rfa:
    """The rfa that a case describes."""
    window = draft["window"]
    return Rfa(
        id=_id("r"),
        agency=AGENCY.id,
        reference=draft["reference"],
        offence=draft["offence"],
        title=draft["title"],
        text=draft["text"],
        contact=draft["contact"],
        area=draft["area"] and place.parse_area(draft["area"]),
        window=window and span.Span(span.parse_instant(window["from"]), span.parse_instant(window["to"])),
    )


def _judge_case(name: str, change: dict[str, Any]) -> dict[str, Any]:
    change = dict(change)
    earlier = change.pop("earlier", [])
    other = change.pop("agency", {})
    agency = None if other is None else agency_json(replace(AGENCY, **other))
    draft = {**DRAFT, **change}
    before = tuple(Earlier(_id(chr(97 + i)), ref, AT - timedelta(days=1)) for i, ref in enumerate(earlier))
    asker = None if agency is None else read_agency(agency)
    findings = judge(regimes.load("public-2021"), read_draft(draft), asker, before, AT)
    return {
        "name": name,
        "draft": draft,
        "agency": agency,
        "earlier": earlier,
        "findings": [{"rule": f.rule, "field": f.field, "sentence": f.sentence} for f in findings],
    }


def make_judge() -> dict[str, Any]:
    """Drafts and what the judge finds on each under public-2021."""
    return {
        "format": "spec/regime.md, The rules",
        "regime": "public-2021",
        "at": span.format_instant(AT),
        "cases": [_judge_case(name, change) for name, change in _judge_changes()],
    }


def _key(seed: bytes) -> tuple[Ed25519PrivateKey, str]:
    key = Ed25519PrivateKey.from_private_bytes(seed)
    return key, base64.b64encode(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()


def make_consent() -> dict[str, Any]:
    """A consent statement, a clip statement, their signatures, and a commitment opened in two ways."""
    household, household_vk = _key(b"\x01" * 32)
    hub, hub_vk = _key(b"\x02" * 32)
    recipient = "age1" + "q" * 58
    shared = {
        **{"clip": _id("c"), "sha256": "11" * 32, "payload_sha256": "22" * 32, "header_sha256": "33" * 32},
        **{"start": "2026-11-22T09:10:00.250Z", "end": "2026-11-22T09:10:31.000Z", "hub": hub_vk},
    }
    statement = {
        **{"v": 1, "type": "consent", "id": _id("o"), "rfa": _id("r"), "rfa_leaf": 7, "agency": _id("h")},
        **{"agency_key_leaf": 3, "recipient": recipient, "clips": [shared], "name": "Alice Ünder"},
        **{"contact": "alice@home.example", "retention_days": 365, "at": "2026-11-22T13:00:00Z"},
        "household": household_vk,
    }
    recorded = {
        **{"v": 1, "type": "clip", "clip": _id("c"), "camera": _id("k"), "start": shared["start"]},
        **{"end": shared["end"], "clock_offset_ms": -12, "sha256": "11" * 32, "size": 4096},
        **{"payload_sha256": "22" * 32, "video": {"codec": "h264", "width": 1280, "height": 720}},
        **{"motion": [[5000, 25500]], "hub": hub_vk},
    }
    read = consent.parse_statement(statement)
    fields = consent.fields_of(read)
    salts = {name: f"{i:032x}" for i, name in enumerate(sorted(fields))}
    signed, clip_signed = consent.signed_bytes(read), clip.signed_bytes(clip.parse_statement(recorded))
    hidden = frozenset({"name", "contact"})
    return {
        "format": "spec/consent.md and spec/clip.md",
        "consent": {
            "statement": statement,
            "signed_bytes": signed.decode(),
            "seed_hex": "01" * 32,
            "signature": base64.b64encode(household.sign(signed)).decode(),
        },
        "clip": {
            "statement": recorded,
            "signed_bytes": clip_signed.decode(),
            "seed_hex": "02" * 32,
            "signature": base64.b64encode(hub.sign(clip_signed)).decode(),
        },
        "commitment": {
            "fields": fields,
            "salts": salts,
            "commitment": commitment.commit(fields, salts),
            "opening": commitment.opening(fields, salts),
            "opening_without_name_and_contact": commitment.opening(fields, salts, hidden),
        },
        "small": {
            "fields": {"b": 1, "a": "x"},
            "salts": {"a": "00" * 16, "b": "ff" * 16},
            "commitment": commitment.commit({"b": 1, "a": "x"}, {"a": "00" * 16, "b": "ff" * 16}),
        },
    }


MAKERS = {"place.json": make_place, "judge.json": make_judge, "consent.json": make_consent}


def written() -> dict[str, str]:
    """File name -> what the file should hold."""
    found = {}
    for name, make in MAKERS.items():
        content = make()
        canonical.dumps(content)  # nothing in it that JSON in another language would lose
        found[name] = json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    return found


def main() -> None:
    """Write the three files, or compare them when told --check."""
    stale = []
    for name, text in written().items():
        path = HERE / name
        if "--check" not in sys.argv[1:]:
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(name)
    if stale:
        raise SystemExit(
            f"These vectors are not what the code makes: {', '.join(stale)}. Run spec/vectors/make.py."
        )


if __name__ == "__main__":
    main()
