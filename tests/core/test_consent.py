"""Alice consents; what she signs is exact, and what the log keeps tells nothing."""

import copy
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spec.vectors import make
from tests.core.cases import AT, an_id
from vicinage.core import clip, commitment, consent, leaf
from vicinage.core.errors import ClipError, ConsentError, CoreError
from vicinage.core.span import Span

VECTORS: dict[str, Any] = json.loads(
    (Path(make.__file__).parent / "consent.json").read_text(encoding="utf-8")
)
STATEMENT = consent.parse_statement(VECTORS["consent"]["statement"])
WINDOW = Span(AT - timedelta(hours=5), AT - timedelta(hours=3, minutes=30))
ASKED = consent.Asked(STATEMENT.rfa, STATEMENT.rfa_leaf, STATEMENT.agency, WINDOW, is_open=True)
KEY = consent.KeyInForce(STATEMENT.recipient, STATEMENT.agency_key_leaf, STATEMENT.retention_days)
ROOT = VECTORS["commitment"]["commitment"]

NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,31}\Z", fullmatch=True)
VALUES = (
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(st.characters(codec="utf-8"))
)
SALTS = st.binary(min_size=16, max_size=16).map(bytes.hex)
FIELDS = st.dictionaries(NAMES, st.tuples(VALUES, SALTS), min_size=1, max_size=12)


def _rules(statement: consent.Statement = STATEMENT, asked: consent.Asked = ASKED) -> list[str]:
    return [f.rule for f in consent.hand_over(statement, asked, KEY, ROOT, AT).findings]


def test_the_vectors_are_what_the_code_makes() -> None:
    assert make.make_consent() == VECTORS


def test_a_sound_consent_is_accepted_and_leaves_a_private_event() -> None:
    decision = consent.hand_over(STATEMENT, ASKED, KEY, ROOT, AT)
    assert decision.verdict == "handed-over"
    assert decision.event is not None
    assert (decision.event.private, decision.event.kind) == (True, "consent")
    assert decision.event.leaf == leaf.private(ROOT)
    assert decision.event.text is None


def test_a_statement_reads_back_as_it_was_written() -> None:
    assert STATEMENT.members() == VECTORS["consent"]["statement"]
    assert consent.signed_bytes(STATEMENT).startswith(b'vicinage/consent/v1\n{"agency":')


_OTHER_CLIP = replace(STATEMENT.clips[0], span=Span(WINDOW.end, WINDOW.end + timedelta(seconds=5)))


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"rfa": an_id("x")}, "consent-rfa"),
        ({"rfa_leaf": 8}, "consent-rfa"),
        ({"agency": an_id("m")}, "consent-rfa"),
        ({"recipient": "age1" + "p" * 58}, "consent-key"),
        ({"agency_key_leaf": 2}, "consent-key"),
        ({"retention_days": 30}, "consent-retention"),
        ({"at": AT - timedelta(hours=25)}, "consent-old"),
        ({"at": AT + timedelta(hours=25)}, "consent-old"),
        ({"clips": ()}, "consent-clip-count"),
        (
            {
                "clips": tuple(
                    replace(STATEMENT.clips[0], clip=f"{'a' * 14}{c}{d}") for c in "abc" for d in "abcdefg"
                )
            },
            "consent-clip-count",
        ),
        ({"clips": STATEMENT.clips * 2}, "consent-clip-twice"),
        ({"clips": (_OTHER_CLIP,)}, "consent-clip-outside"),
    ],
)
def test_a_consent_that_does_not_fit_is_refused(change: dict[str, Any], rule: str) -> None:
    decision = consent.hand_over(replace(STATEMENT, **change), ASKED, KEY, ROOT, AT)
    assert [f.rule for f in decision.findings] == [rule]
    assert (decision.verdict, decision.event) == ("refused", None)
    assert "{" not in decision.findings[0].sentence


def test_a_closed_rfa_takes_no_consent() -> None:
    assert _rules(asked=replace(ASKED, is_open=False)) == ["consent-rfa-closed"]


def test_all_faults_are_told_at_once() -> None:
    wrong = replace(STATEMENT, clips=(), retention_days=1)
    assert _rules(wrong, replace(ASKED, is_open=False)) == [
        *("consent-rfa-closed", "consent-retention", "consent-clip-count"),
    ]


def test_a_malformed_commitment_is_an_error() -> None:
    with pytest.raises(CoreError):
        consent.hand_over(STATEMENT, ASKED, KEY, "0" * 63, AT)


def test_a_withdrawal_looks_in_the_log_like_a_consent() -> None:
    event = consent.withdraw(STATEMENT.id, ROOT, AT).event
    assert event is not None
    assert (event.private, event.kind, event.leaf) == (True, "withdrawal", leaf.private(ROOT))
    assert set(consent.withdrawal_fields(STATEMENT.id, AT)) == {"v", "type", "id", "at"}


@pytest.mark.parametrize("part", ["consent", "clip"])
@pytest.mark.parametrize("wrong", [None, True, -1, 1.5, "x", [], {}, "a\x00", 2**60], ids=repr)
def test_no_broken_member_of_a_statement_is_read(part: str, wrong: object) -> None:
    read = consent.parse_statement if part == "consent" else clip.parse_statement
    statement = VECTORS[part]["statement"]
    for name in statement:
        broken = {**copy.deepcopy(statement), name: wrong}
        may: dict[str, list[object]] = {
            "name": ["x"],
            "contact": ["x"],
            "clips": [[]],
            "motion": [[]],
            "clock_offset_ms": [None, -1],
        }
        if wrong in may.get(name, []) and wrong is not True:
            read(broken)
        else:
            with pytest.raises(CoreError):
                read(broken)
    for name in statement:
        with pytest.raises(CoreError):
            read({key: value for key, value in statement.items() if key != name})
    with pytest.raises(CoreError):
        read({**statement, "more": 1})


def test_a_clip_statement_reads_back_and_its_motion_has_limits() -> None:
    statement = VECTORS["clip"]["statement"]
    assert clip.parse_statement(statement).members() == statement
    for motion in ([[1]], [[5, 4]], [[0, 1]] * 1001, [[0, 10**9]], "x"):
        with pytest.raises(CoreError):
            clip.parse_statement({**statement, "motion": motion})
    with pytest.raises(ClipError):
        clip.parse_statement({**statement, "v": 2})


def test_a_statement_in_another_form_is_refused() -> None:
    signed, recorded = VECTORS["consent"]["statement"], VECTORS["clip"]["statement"]
    with pytest.raises(ConsentError, match="consent-form"):
        consent.parse_statement({**signed, "at": "2026-11-22T13:00:00.000Z"})
    with pytest.raises(ClipError, match="clip-form"):
        clip.parse_statement({**recorded, "end": "2026-11-22T09:10:31Z"})


@given(FIELDS)
def test_an_opening_of_any_fields_fits_their_commitment(fields: dict[str, tuple[Any, str]]) -> None:
    values, salts = {n: v for n, (v, _) in fields.items()}, {n: s for n, (_, s) in fields.items()}
    root = commitment.commit(values, salts)
    assert commitment.check_opening(commitment.opening(values, salts), root) == values
    hidden = frozenset(sorted(values)[::2])
    shown = commitment.check_opening(commitment.opening(values, salts, hidden), root)
    assert shown == {n: v for n, v in values.items() if n not in hidden}


@given(FIELDS, st.data())
def test_a_changed_value_or_salt_does_not_fit(
    fields: dict[str, tuple[Any, str]], data: st.DataObject
) -> None:
    values, salts = {n: v for n, (v, _) in fields.items()}, {n: s for n, (_, s) in fields.items()}
    root = commitment.commit(values, salts)
    name = data.draw(st.sampled_from(sorted(values)))
    opened = commitment.opening(values, salts)
    opened["fields"][name] = data.draw(
        st.sampled_from(
            [{"salt": salts[name], "value": "other!"}, {"salt": "00" * 15 + "zz", "value": values[name]}]
        )
    )
    if opened["fields"][name].get("value") != values[name] or "zz" in opened["fields"][name]["salt"]:
        with pytest.raises(ConsentError):
            commitment.check_opening(opened, root)


@given(FIELDS, NAMES)
def test_a_field_added_or_dropped_does_not_fit(fields: dict[str, tuple[Any, str]], name: str) -> None:
    values, salts = {n: v for n, (v, _) in fields.items()}, {n: s for n, (_, s) in fields.items()}
    root = commitment.commit(values, salts)
    opened = commitment.opening(values, salts)
    if name in opened["fields"]:
        del opened["fields"][name]
    else:
        opened["fields"][name] = {"salt": "00" * 16, "value": 1}
    with pytest.raises(ConsentError):
        commitment.check_opening(opened, root)


@pytest.mark.parametrize(
    "opened",
    [None, {}, {"fields": []}, {"fields": {}}, {"fields": {"a": 1}}, {"fields": {"A": {"hash": "0" * 64}}}],
)
def test_a_malformed_opening_is_refused(opened: object) -> None:
    with pytest.raises(CoreError):
        commitment.check_opening(opened, "0" * 64)


def test_salts_and_fields_go_together() -> None:
    with pytest.raises(ConsentError):
        commitment.commit({"a": 1}, {"b": "00" * 16})
    with pytest.raises(ConsentError):
        commitment.commit({}, {})
