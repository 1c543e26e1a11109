"""The description for programs: valid OpenAPI 3.1, every address in it answers as it says."""

import json
import re
from typing import Any

import msgspec
import pytest
from django.test import Client
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from referencing import Registry, Resource

from tests.cast import Cast
from tests.server import civic
from tests.server.conftest import Witness
from vicinage.core.place import cells_of, parse_area
from vicinage.server.public.openapi import READS

pytestmark = pytest.mark.django_db


def document() -> dict[str, Any]:
    """The description as it is served."""
    answer = Client().get("/public/openapi.json")
    assert answer.status_code == 200
    return dict(answer.json())


def test_it_is_valid_openapi_3_1(home: Any) -> None:
    told = document()
    assert told["openapi"].startswith("3.1")
    validate(told)


def test_no_pattern_is_pythons_own(home: Any) -> None:
    assert "\\Z" not in json.dumps(document())


def test_every_address_answers_with_its_type_and_by_its_schema(cast: Cast, witness: Witness) -> None:
    rfa = civic.published(cast)
    blanks = {
        "rfa_id": rfa.id,
        "agency_id": rfa.agency_id,
        "cell": cells_of(parse_area(rfa.area))[0],
        "state": "CA",
        "index": "0",
    }
    told = document()
    registry: Registry[Any] = Registry().with_resource("", Resource.opaque(told))
    for read in READS:
        if read.path in ("/public/town.geojson", "/public/map.pmtiles"):
            continue  # the operator's own; tested in test_maps
        address = re.sub(r"\{(\w+)\}", lambda name: blanks[name[1]], read.path)
        answer = Client().get(address)
        assert answer.status_code == 200, address
        assert answer.headers["Content-Type"].startswith(read.kind), address
        assert "ETag" in answer.headers, address
        if read.answer is None:
            continue
        schema = told["paths"][read.path]["get"]["responses"]["200"]["content"][read.kind]["schema"]
        Draft202012Validator({**schema, "components": told["components"]}, registry=registry).validate(
            answer.json()
        )
        msgspec.json.decode(answer.content, type=read.answer)


def test_every_public_list_and_file_is_described() -> None:
    from vicinage.server.public.urls import urlpatterns

    ours = {str(p.name) for p in urlpatterns if re.search(r"json|csv|atom|pmtiles", str(p.pattern))}
    described = {re.sub(r"\{\w+\}", "*", read.path) for read in READS} | {"/public/openapi.json"}
    assert len(ours) == len([path for path in described if not path.startswith("/log/")])
