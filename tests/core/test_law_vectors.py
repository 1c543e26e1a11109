"""The vectors of the law are what the code makes, and every public event of the vocabulary is among them."""

import json
from typing import Any

from spec.vectors import make_law
from vicinage.core import leaf
from vicinage.core.event import PRIVATE_EVENTS, PUBLIC_EVENTS

LAW: dict[str, Any] = json.loads((make_law.HERE / "law.json").read_text(encoding="utf-8"))


def test_the_file_is_what_the_code_makes() -> None:
    assert make_law.written() == (make_law.HERE / "law.json").read_text(encoding="utf-8")


def test_every_public_event_has_a_leaf_that_reads_back() -> None:
    leaves = [*LAW["leaves"], LAW["mediated"]]
    assert {each["kind"] for each in leaves} == set(PUBLIC_EVENTS)
    for each in leaves:
        assert leaf.parse(each["leaf"].encode())["type"] == each["kind"]


def test_private_events_all_look_alike() -> None:
    assert {each["kind"] for each in LAW["private"]} <= set(PRIVATE_EVENTS)
    assert {len(each["leaf"]) for each in LAW["private"]} == {95}
