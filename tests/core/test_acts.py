"""Officers' acts, deletions, redactions and the log's keys as events."""

import pytest

from tests.core.cases import AT, HARBOUR, SOUND, an_id
from vicinage.core import act, commitment, leaf, log_key, redaction
from vicinage.core.errors import AgencyError, CanonicalError, CoreError, RfaError

CAROL = "carol@harbour.example"
VKEY = "log.example+0123abcd+" + "A" * 44
OTHER = "log.example+89abcdef+" + "B" * 1752


def _salts(names: tuple[str, ...]) -> dict[str, str]:
    return {name: f"{i:032x}" for i, name in enumerate(names)}


def test_an_act_can_be_shown_without_who_did_it() -> None:
    salts = _salts(act.ACT_FIELDS)
    event = act.act(HARBOUR.id, CAROL, "rfa.submitted", SOUND.id, AT, salts).event
    assert event is not None
    assert (event.kind, event.private, event.text, len(event.leaf)) == ("officer.act", True, None, 95)
    fields = act.act_fields(HARBOUR.id, CAROL, "rfa.submitted", SOUND.id, AT)
    shown = commitment.check_opening(
        commitment.opening(fields, salts, frozenset({"officer"})), leaf.parse(event.leaf)["c"]
    )
    assert "officer" not in shown
    assert shown["what"] == "rfa.submitted"


def test_a_deletion_is_attested_by_someone() -> None:
    event = act.deletion(an_id("o"), CAROL, AT, _salts(act.DELETION_FIELDS)).event
    assert event is not None
    assert (event.kind, event.subject, event.private, len(event.leaf)) == ("deletion", an_id("o"), True, 95)


@pytest.mark.parametrize(
    ("officer", "what"), [("", "rfa.submitted"), (CAROL, ""), (CAROL, "RFA"), ("x" * 201, "a.b")]
)
def test_an_act_of_nobody_or_of_nothing_is_an_error(officer: str, what: str) -> None:
    with pytest.raises(AgencyError, match="act-malformed"):
        act.act(HARBOUR.id, officer, what, "", AT, _salts(act.ACT_FIELDS))


def test_every_field_of_an_act_has_its_own_salt() -> None:
    with pytest.raises(CoreError, match="commitment-salts"):
        act.act(HARBOUR.id, CAROL, "rfa.submitted", "", AT, {"v": "00" * 16})


def test_a_redaction_names_entry_reason_and_authority() -> None:
    event = redaction.redact(7, "court-order", " District Court, 26-99 ", AT).event
    assert event is not None
    assert redaction.from_leaf(leaf.parse(event.leaf)) == (7, "court-order", "District Court, 26-99")
    for authority in ("", "  ", "x" * 201):
        assert redaction.redact(7, "court-order", authority, AT).verdict == "refused"
    with pytest.raises(RfaError, match="redaction-reason"):
        redaction.redact(7, "embarrassing", "The chief", AT)
    for index in (-1, True, 2**60):
        with pytest.raises(CanonicalError):
            redaction.redact(index, "safety", "The chief", AT)


def test_the_next_keys_of_the_log_read_back_and_bear_its_name() -> None:
    for other in ("", OTHER):
        event = log_key.rotate(VKEY, other, AT).event
        assert event is not None
        assert event.subject == "log.example"
        assert log_key.from_leaf(leaf.parse(event.leaf)) == (VKEY, other)
    for wrong in (
        (VKEY, "else.example" + OTHER[11:]),
        ("", ""),
        ("", OTHER),
        (VKEY, "no key"),
        (VKEY + "\n", ""),
    ):
        with pytest.raises(CanonicalError):
            log_key.rotate(*wrong, AT)
