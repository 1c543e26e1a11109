"""Regimes in plain words, and the command that prints them without a server."""

from pathlib import Path

import pytest

from tests.core.cases import REGIME
from vicinage import regimes
from vicinage.cli import main
from vicinage.core import plain, regime
from vicinage.core.regime import CONDUCT, KINDS

RAW = regimes.raw("public-2021").decode()


def test_every_rule_and_all_of_the_conduct_has_plain_words() -> None:
    assert set(plain.RULES) == set(KINDS)
    assert set(plain.CONDUCTS) | {"route"} == set(CONDUCT)


@pytest.mark.parametrize("name", regimes.names())
def test_no_sentence_has_an_empty_place(name: str) -> None:
    for said in plain.parts(regimes.load(name)):
        assert "{" not in str(said.sentence), said.name
        assert said.source, said.name


def test_limits_are_said_in_units_of_people() -> None:
    told = {said.name: str(said.sentence) for said in plain.parts(regimes.load("mediated-2019"))}
    assert told["rules.window-max"] == "The time asked for lasts at most 12 hours."
    assert told["rules.window-age-max"] == "The time asked for began at most 45 days ago."
    assert told["conduct.approvals"] == "Operators who must approve an agency: 2."
    assert [plain.lasting(s) for s in (1, 60, 900, 5400, 3600, 86400, 90000)] == [
        *("1 seconds", "60 seconds", "15 minutes", "90 minutes", "60 minutes", "24 hours", "25 hours"),
    ]


def test_a_regime_differs_from_itself_in_nothing() -> None:
    assert plain.differences(REGIME, REGIME) == ()


@pytest.mark.parametrize(
    ("old", "new", "name"),
    [
        ("value = 43200", "value = 86400", "rules.window-max"),
        ('value = "public"', 'value = "mediated"', "conduct.route"),
        ("value = 14\n", "value = 3\n", "conduct.notice_days"),
        ('hint = "Begin earlier or end later."', 'hint = "Ask for more."', "rules.window-min.hint"),
        ('source = "House rule: a title', 'source = "House rule: any title', "rules.title-length.source"),
        ('message = "The area is missing."', 'message = "No area."', "rules.area-required.message"),
        ("value = [20, 4000]", "value = [20, 9000]", "rules.text-length"),
        ("value = [2, 60]", "value = [1, 60]", "rules.reference-required.value"),
        ('arson = "Arson', 'arson = "Any', "offences.arson"),
        ('exempt = ["abduction", "missing-person"]', 'exempt = ["theft"]', "review.victim"),
        ('words = "pressure"', 'words = "victim"', "review.pressure.words"),
        ("assemblies = true\n", "", "review.lawful-activity.assemblies"),
        ('"must|have to', '"have to', "words.pressure"),
        ('title = "Public', 'title = "Other', "title"),
    ],
)
def test_no_change_of_a_regime_goes_untold(old: str, new: str, name: str) -> None:
    assert old in RAW
    found = plain.differences(REGIME, regime.parse(RAW.replace(old, new, 1).encode()))
    assert [each.name for each in found] == [name]
    assert found[0].before != found[0].after


def test_the_command_lists_shows_and_compares(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["regime", "list"]) == 0
    assert [line.split()[0].rstrip(":") for line in capsys.readouterr().out.splitlines()] == list(
        regimes.names()
    )
    assert main(["regime", "show", "closed-2024", "--sources"]) == 0
    shown = capsys.readouterr().out
    assert "Nobody may ask for clips." in shown
    assert "Published policy since 31 January 2024" in shown
    assert main(["regime", "diff", "public-2021", "closed-2024"]) == 0
    assert "  + Nobody may ask for clips." in capsys.readouterr().out
    assert main(["regime", "diff", "public-2021", "public-2021"]) == 0
    assert "the same" in capsys.readouterr().out


def test_a_file_is_shown_checked_and_compared_like_one_that_ships(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        RAW.replace("value = 43200", "value = 7200").replace('name = "public-2021"', 'name = "own"')
    )
    assert main(["regime", "check", str(own)]) == 0
    assert "own can be used" in capsys.readouterr().out
    assert main(["regime", "diff", "public-2021", str(own)]) == 0
    assert "at most 2 hours" in capsys.readouterr().out


def test_a_mistake_in_a_file_is_told_with_its_line_and_exit_code_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = tmp_path / "own.toml"
    own.write_text(RAW.replace("[rules.window-max]", "[rules.window-mxa]"))
    assert main(["regime", "check", str(own)]) == 2
    told = capsys.readouterr().err
    line = own.read_text().splitlines().index("[rules.window-mxa]") + 1
    assert f"Line {line}: rules.window-mxa" in told
    assert "Did you mean window-max? [regime-unknown-key]" in told


@pytest.mark.parametrize("given", ["public-1999", "../secret", "missing.toml", ""])
def test_a_name_that_is_none_is_bad_input(given: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["regime", "show", given]) == 2
    assert capsys.readouterr().err.startswith("vicinage: ")
