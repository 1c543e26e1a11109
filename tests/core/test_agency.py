"""Olga verifies agencies; agencies publish the key that clips are sealed to."""

from dataclasses import replace
from typing import Any

import pytest

from tests.core.cases import AT, HARBOUR, REGIME
from vicinage.core import agency, leaf
from vicinage.core.errors import CoreError

RECIPIENT = "age1" + "q" * 58


def test_a_local_police_agency_is_verified_and_reads_back() -> None:
    decision = agency.verify(REGIME, HARBOUR, AT)
    assert decision.verdict == "verified"
    assert decision.event is not None
    assert agency.from_leaf(leaf.parse(decision.event.leaf)) == HARBOUR


@pytest.mark.parametrize(
    ("change", "rule", "field"),
    [
        ({"level": "federal"}, "agency-level", "level"),
        ({"email": "desk@mail.example"}, "agency-domain", "email"),
        ({"email": "desk@harbour.example.evil.example"}, "agency-domain", "email"),
        ({"domain": "harbour", "email": "desk@harbour"}, "agency-domain", "email"),
        ({"retention_days": 4000}, "agency-retention-max", "retention_days"),
    ],
)
def test_an_agency_the_regime_does_not_admit_is_refused(
    change: dict[str, Any], rule: str, field: str
) -> None:
    decision = agency.verify(REGIME, replace(HARBOUR, **change), AT)
    assert (decision.verdict, decision.event) == ("refused", None)
    assert [(f.rule, f.field) for f in decision.findings] == [(rule, field)]
    assert "{" not in decision.findings[0].sentence


@pytest.mark.parametrize(
    "change", [{"kind": "bank"}, {"name": ""}, {"retention_days": 0}, {"id": "x"}, {"level": ""}]
)
def test_a_record_no_regime_could_admit_is_an_error(change: dict[str, Any]) -> None:
    with pytest.raises(CoreError):
        agency.verify(REGIME, replace(HARBOUR, **change), AT)


def test_a_key_is_published_and_reads_back() -> None:
    event = agency.publish_key(HARBOUR.id, RECIPIENT, AT).event
    assert event is not None
    assert agency.key_from_leaf(leaf.parse(event.leaf)) == (HARBOUR.id, RECIPIENT)


@pytest.mark.parametrize(
    "text", ["", "age1", RECIPIENT.upper(), RECIPIENT + "q", "age1" + "b" * 58, "AGE-SECRET-KEY-1"]
)
def test_what_is_no_recipient_is_refused(text: str) -> None:
    with pytest.raises(CoreError):
        agency.publish_key(HARBOUR.id, text, AT)
