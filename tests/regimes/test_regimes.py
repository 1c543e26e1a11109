"""The regimes that ship, and the reader of regimes."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.cases import AT, REGIME
from vicinage import regimes
from vicinage.core import leaf, regime
from vicinage.core.errors import CoreError, RegimeError
from vicinage.core.regime import Change

RAW = regimes.raw(regimes.DEFAULT)


def test_the_default_regime_ships() -> None:
    assert regimes.DEFAULT in regimes.names()


@pytest.mark.parametrize("name", regimes.names())
def test_every_regime_that_ships_is_read_and_bears_its_files_name(name: str) -> None:
    assert regimes.load(name).name == name
    assert regimes.load(regimes.raw(name)) == regimes.load(name)


@pytest.mark.parametrize("name", regimes.names())
def test_every_rule_says_where_it_comes_from_and_what_to_do(name: str) -> None:
    for rule in regimes.load(name).rules.values():
        assert rule.source.startswith(("Published ", "House rule", "Policy as changed")), rule.id
        assert rule.hint.endswith("."), rule.id
        assert rule.message.endswith("."), rule.id


def test_the_limits_of_2021_are_those_on_record() -> None:
    values = {id: rule.value for id, rule in REGIME.rules.items()}
    assert (values["window-min"], values["window-max"]) == (15 * 60, 12 * 3600)
    assert (values["area-min"], values["area-max"]) == (0.025, 0.5)
    assert values["incident-posts-max"] == 2
    assert "federal" not in values["agency-level"]


def test_the_moderator_is_asked_what_no_program_can_tell() -> None:
    assert {q.id for q in REGIME.review} >= {
        "lawful-activity",
        "profiling",
        "pressure",
        "victim",
        "announcement",
    }


def test_an_unknown_regime_is_refused_with_the_names_that_ship() -> None:
    with pytest.raises(RegimeError, match="public-2021"):
        regimes.load("public-1999")
    with pytest.raises(RegimeError):
        regimes.raw("../secret")


def _with(old: str, new: str) -> bytes:
    assert old.encode() in RAW
    return RAW.replace(old.encode(), new.encode(), 1)


@pytest.mark.parametrize(
    "toml",
    [
        b"",
        b"\xff",
        b"a = [",
        b"x" * 70000,
        _with("version = 1", "version = 2"),
        _with('name = "public-2021"', 'name = "Public 2021"'),
        _with("[rules.window-min]", "[rules.window-mim]"),
        _with("value = 900", 'value = "900"'),
        _with("value = 0.5", "value = true"),
        _with("value = 2\n", "value = true\n"),
        _with('hint = "Begin earlier or end later."', ""),
        _with("The area is missing.", "The area {limit:>99999999999}"),
        _with("The area is missing.", "The area {limit.__class__}"),
        _with("The area is missing.", "The area {limit!r}"),
        _with("The area is missing.", "The area {0}"),
        _with("The area is missing.", "The area {"),
        _with('sex = ["male|males", "female|females"]', ""),
        _with('sex = ["male|males", "female|females"]', "sex = 5"),
    ],
)
def test_a_broken_regime_is_refused_whole(toml: bytes) -> None:
    with pytest.raises(RegimeError):
        regime.parse(toml)


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    with contextlib.suppress(RegimeError):
        regime.parse(data)


@given(st.integers(0, len(RAW) - 1), st.binary(max_size=3))
def test_no_damage_to_a_regime_breaks_the_reader(at: int, bytes_: bytes) -> None:
    with contextlib.suppress(RegimeError):
        regime.parse(RAW[:at] + bytes_ + RAW[at + 1 :])


def test_an_adopted_regime_reads_back_from_leaf_and_file() -> None:
    event = regime.adopt("public-2021", RAW, AT).event
    assert event is not None
    assert event.text == RAW
    assert regime.from_leaf(leaf.parse(event.leaf), RAW, 7) == Change(AT, REGIME, 7)


def test_a_file_that_is_not_the_one_adopted_is_refused() -> None:
    event = regime.adopt("public-2021", RAW, AT).event
    assert event is not None
    with pytest.raises(RegimeError, match="regime-mismatch"):
        regime.from_leaf(leaf.parse(event.leaf), _with("value = 43200", "value = 86400"))
    with pytest.raises(CoreError):
        regime.adopt("closed-2024", RAW, AT)


def test_the_limits_of_2019_are_those_on_record() -> None:
    old = regimes.load("mediated-2019")
    values = {id: rule.value for id, rule in old.rules.items()}
    assert (values["window-max"], values["window-age-max"]) == (12 * 3600, 45 * 86400)
    assert values["area-max"] == 0.5
    assert values["agency-kind"] == ("police",)
    assert "incident-posts-max" not in values
    assert old.conduct.route == "mediated"


def test_since_2024_nobody_asks_and_agencies_may_still_inform() -> None:
    closed = regimes.load("closed-2024").conduct
    assert (closed.route, closed.answer_days, closed.posts) == ("closed", 29, ("tip", "update", "event"))


@pytest.mark.parametrize("name", regimes.names())
def test_every_regime_keeps_federal_and_immigration_bodies_out(name: str) -> None:
    rules = regimes.load(name).rules
    assert "federal" not in rules["agency-level"].value
    assert {"dhs.gov", "ice.gov", "cbp.gov"} <= set(rules["agency-domain-refused"].value)
    assert regimes.load(name).conduct.approvals == 2


@pytest.mark.parametrize("name", regimes.names())
def test_every_value_of_the_conduct_says_where_it_comes_from(name: str) -> None:
    conduct = regimes.load(name).conduct
    assert set(conduct.sources) == set(regime.CONDUCT)
    assert all(
        source.startswith(("Published ", "House rule", "As in ")) for source in conduct.sources.values()
    )


def test_regimes_that_let_agencies_ask_read_texts_with_the_same_words() -> None:
    assert regimes.load("mediated-2019").words == REGIME.words
    assert regimes.load("mediated-2019").offences == REGIME.offences == regimes.load("closed-2024").offences
