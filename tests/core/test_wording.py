"""Texts that name someone by race, and texts that only look as if."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.cases import REGIME, rules
from vicinage.core.wording import features, race_named


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("A black male was seen", "black"),
        ("The suspect is Black.", "black"),
        ("male, white, 30s", "white"),
        ("Black, male, 20s", "black"),
        ("two Hispanic suspects", "hispanic"),
        ("B/M, about 30", "b/m"),
        ("The suspect: Asian, 40", "asian"),
        ("a person described as white.", "white"),
        ("race: black", "black"),
        ("Dark-skinned individual", "dark-skinned"),
        ("Black teenage boys ran off", "black"),
        ("a young\nblack\nman", "black"),
        ("B\u200black man", "black"),
        ("ｂｌａｃｋ man", "black"),
        ("he was white", "white"),
        ("B\u043b\u0430ck: a Bl\u0430\u0441k m\u0430n", "black"),
        ("a Bl\u00e1ck ma\u0301n", "black"),
        ('a "black" male', "black"),
        ("**black** _male_", "black"),
        ("suspect=black", "black"),
        ("a b / m on foot", "b/m"),
        ("a black gunman", "black"),
        ("someone black.", "black"),
        ("two Asians", "asians"),
    ],
)
def test_a_text_names_a_persons_race(text: str, term: str) -> None:
    assert race_named(text, REGIME.words) == term


@pytest.mark.parametrize(
    "text",
    [
        "a black jacket and a white van",
        "a man in black",
        "The car was black, two men fled",
        "man, white van nearby",
        "Asian grocery on Main Street",
        "a brown bag held by a man",
        "Suspect vehicle: black, four doors",
        "a woman with black hair",
        "The man drove a black and white truck",
        "a black sedan and a white van on Brown Street",
        'the "Black Cat" on Indian Creek Road',
        "they're in a white 'van'",
        "",
    ],
)
def test_a_colour_or_a_place_is_no_race(text: str) -> None:
    assert race_named(text, REGIME.words) == ""


def test_two_features_beside_race_are_enough_and_one_is_not() -> None:
    assert rules(text="Looking for a Hispanic man in a jacket on the avenue.") == {
        "description-not-race-alone"
    }
    assert rules(text="Looking for a Hispanic man in a jacket, with a limp.") == set()


def test_two_spellings_of_one_feature_count_once() -> None:
    assert features("a hoodie, the hood up, a hooded top", REGIME.words) == 1


def test_age_and_sex_are_no_features() -> None:
    assert features("male, 30 years old, young, adult", REGIME.words) == 0


def test_a_title_alone_can_name_race() -> None:
    plain_text = "A shop was robbed on the avenue at noon."
    assert rules(title="Black man at the shop", text=plain_text) == {"description-not-race-alone"}


@settings(deadline=None, max_examples=200)
@given(st.text())
def test_no_text_breaks_the_search(text: str) -> None:
    assert race_named(text, REGIME.words) == "" or features(text, REGIME.words) >= 0


@pytest.mark.parametrize("text", ["man ,", "black ", "man is a ", "white-young-", "race: ", "male ((("])
def test_a_text_made_to_be_slow_is_not(text: str) -> None:
    began = time.perf_counter()
    race_named(text * 20000, REGIME.words)
    assert time.perf_counter() - began < 1
