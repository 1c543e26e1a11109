"""Mallory writes race so that only people read it. What is caught, and what is let be."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.cases import REGIME, rules
from vicinage.core import wording
from vicinage.core.wording import race_named

WORDS = REGIME.words


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Looking for a B.M. on a bicycle",
            "B. M., 20s",
            "a B-M, 30s",
            "a B.F. about 30",
            "Suspect B M in a car",
        ),
        *("Suspect: BM, 30s", "blk male, 30s", "B/male seen", "H. M. near the shop", "hisp/m on foot"),
        *(
            "Looking for a B l a c k m a l e",
            "w h i t e   m a n",
            "a b-l-a-c-k man",
            "h.i.s.p.a.n.i.c driver",
        ),
        *("a bl.ack man", "a bl_ack man", "White.male seen", "a bl*ack male", "Suspect is a BLACKMALE, 30s"),
        *("a b1ack male", "a wh1te male", "a bl@ck man", "a b|ack man", "h1sp4nic", "a bla\u200bck male"),
        *("a B l 4 c k man", "a whi-te man", "\uff42\uff4c\uff41\uff43\uff4b man", "a bl\u0430ck man"),
    ],
)
def test_a_disguised_word_is_read(text: str) -> None:
    assert race_named(text, WORDS)


@pytest.mark.parametrize(
    "text",
    [
        *("at 5 a.m. and 6 A.M. today", "The F-150 left", "near the base, A.F.B. gate", "W.M. Smith's shop"),
        *(
            "at W. M. Smith Street",
            "1200 W F Street",
            "write to black.smith@town.example",
            "B. Franklin Court",
        ),
        *("Mr. Whiteman saw a black-and-white cat", "on Black-Hawk Road", "the J.P.Morgan building"),
        *(
            "in the P A R K I N G lot",
            "a white-tail deer",
            "plate 8BM 123",
            "3 p.m. or so",
            "a black/white van",
        ),
    ],
)
def test_what_only_looks_like_it_is_let_be(text: str) -> None:
    assert race_named(text, WORDS) == ""


def test_the_judge_refuses_a_disguised_description_as_it_does_a_plain_one() -> None:
    for text in ("We look for a B.M. who was seen at noon.", "We look for a b l a c k m a n who ran off."):
        assert rules(text=text) == {"description-not-race-alone"}
        assert rules(text=f"{text} He wore a red jacket and has a limp.") == set()


def test_disguise_hides_no_plain_word_beside_it() -> None:
    assert race_named("a Hispanic man, p.l.a.i.n", WORDS) == "hispanic"


TERMS = st.sampled_from(["black", "white", "asian"])
SIGNS = st.sampled_from([" ", ".", "-", "_", "*", "/", " . ", "~"])


@given(TERMS, SIGNS, st.sampled_from(["man", "male", "woman", "suspect"]))
def test_letters_apart_are_read_whatever_stands_between(term: str, sign: str, person: str) -> None:
    apart = sign.join(term)
    assert race_named(f"Looking for a {apart} {person}, on foot.", WORDS) == term


@given(st.text(max_size=200))
def test_no_text_breaks_the_views(text: str) -> None:
    assert wording.views(text, WORDS)[0] == wording.plain(text)


@pytest.mark.parametrize("text", ["b l a c k ", "a", "a-", "a1", "aa@", "a@a.", "b.m.", "black", "|", "B M "])
def test_a_text_made_to_be_slow_is_not(text: str) -> None:
    started = time.perf_counter()
    race_named(text * (20000 // len(text)), WORDS)
    assert time.perf_counter() - started < 2
