"""What Alice's device believes of a request that was passed on to her: what fits its commitment."""

import json
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.core.cases import AT, HARBOUR, SALT, SOUND
from tests.device import shown_log
from tests.device.test_handing import RECIPIENT
from vicinage import regimes
from vicinage.core import agency as agencies
from vicinage.core import regime as regime_law
from vicinage.core import rfa as law
from vicinage.core.rfa import Answer
from vicinage.device import handing
from vicinage.device.errors import UntrustedError
from vicinage.device.owner import Owner
from vicinage.wire.feed import AgencyRecord
from vicinage.wire.mediation import PassedOn, PassedOnList

REGIME = regime_law.parse(regimes.raw("mediated-2019"))


def passed_on(folder: Path) -> tuple[Any, PassedOn]:
    """A log with the agency, its key and the commitment; and what the server tells of the request."""
    answers = {asked.id: Answer(asked.passes, "Looked at it, and it is not so.") for asked in REGIME.review}
    made = law.mediate(REGIME, SOUND, HARBOUR, (), (), answers, AT, AT, SALT, AT + timedelta(days=30))
    verified = agencies.verify(REGIME, HARBOUR, AT)
    key = agencies.publish_key(REGIME, HARBOUR.id, RECIPIENT, False, AT)
    events = [decision.event for decision in (verified, key, made.decision)]
    leaves = [event.leaf for event in events if event is not None]
    assert len(leaves) == 3, (verified.findings, made.decision.findings)
    _, log = shown_log.show(folder, leaves)
    told = PassedOn(
        index=2,
        leaf=json.loads(leaves[2]),
        leaf_bytes=leaves[2],
        fields=json.loads(json.dumps(dict(made.fields))),
        text=json.loads(made.text),
        open_until="2026-12-22T14:00:00Z",
        agency=AgencyRecord(HARBOUR.id, HARBOUR.name, RECIPIENT, 1, 0, 1),
    )
    return log, told


def owner_of(told: object) -> Any:
    """A resident whose server tells this."""
    return SimpleNamespace(session=SimpleNamespace(ask=lambda *_, **__: told))


def changed(told: PassedOn, **changes: Any) -> PassedOn:
    """The same with changes."""
    names = {field: getattr(told, field) for field in told.__struct_fields__}
    return PassedOn(**{**names, **changes})


def test_what_fits_is_believed_with_the_retention_of_the_log(tmp_path: Path) -> None:
    log, told = passed_on(tmp_path)
    asking = handing.check_passed_on(owner_of(told), log, SOUND.id)
    assert (asking.rfa, asking.rfa_index, asking.agency) == (SOUND.id, 2, HARBOUR.id)
    assert (asking.recipient, asking.retention_days) == (RECIPIENT, HARBOUR.retention_days)


@pytest.mark.parametrize("lie", ["field", "words", "agency", "entry", "other"])
def test_what_mallorys_server_changed_is_not_believed(tmp_path: Path, lie: str) -> None:
    log, told = passed_on(tmp_path)
    lies: dict[str, dict[str, Any]] = {
        "field": {"fields": {**told.fields, "offence": "theft"}},
        "words": {"text": {**told.text, "text": "Hand over everything."}},
        "agency": {"agency": AgencyRecord("z" * 16, "Mallory", RECIPIENT, 1, 0, 1)},
        "entry": {"index": 1},
        "other": {},
    }
    asked = "y" * 16 if lie == "other" else SOUND.id
    with pytest.raises(UntrustedError, match="device-other-leaf"):
        handing.check_passed_on(owner_of(changed(told, **lies[lie])), log, asked)


def test_the_list_is_read_in_the_shape_that_matching_reads(tmp_path: Path) -> None:
    _, told = passed_on(tmp_path)
    (found,) = Owner.passed_on(owner_of(PassedOnList([told])))
    assert (found.id, found.title, found.agency.name) == (SOUND.id, SOUND.title, HARBOUR.name)
    assert found.area == told.fields["area"]


@pytest.mark.parametrize("missing", ["rfa", "window", "area", "offence"])
def test_a_list_with_something_else_in_it_is_refused(tmp_path: Path, missing: str) -> None:
    _, told = passed_on(tmp_path)
    fields = {name: value for name, value in told.fields.items() if name != missing}
    with pytest.raises(UntrustedError, match="device-not-an-rfa"):
        Owner.passed_on(owner_of(PassedOnList([changed(told, fields=fields)])))
