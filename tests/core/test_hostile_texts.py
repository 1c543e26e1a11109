"""Texts made to keep the judge busy: what it searches grows with their length, and no faster."""

import time
from dataclasses import replace

import pytest

from tests.core.cases import AT, HARBOUR, REGIME, SOUND
from vicinage.core import alike, wording
from vicinage.core.judge import judge
from vicinage.core.review import questions

NASTY = {
    "one sign that is eighteen letters": "\ufdfa",
    "one sign that is seven": "\u321d",
    "letters apart": "b l a c k ",
    "signs inside": "bl.ackman-",
    "slashes": " /",
    "a term and gaps": "black ///",
    "persons and commas": "person ,,,,,, ",
    "copulas": "person is a described as to be ",
    "codes": "B. M. ",
    "addresses": "a@b.a@",
    "pipes": "|a",
    "accents": "a\u0301",
    "emoji": "\U0001f600",
    "white space": " \t\n",
    "brackets": "black ()()",
}


def took(text: str) -> float:
    """Seconds of this process that judge and questions need."""
    asked = replace(SOUND, text=text, title=text[:5000], reference=text[:5000], contact=text)
    began = time.process_time()
    judge(REGIME, asked, HARBOUR, (), AT)
    questions(REGIME, asked, ())
    return time.process_time() - began


@pytest.mark.parametrize("sign", NASTY.values(), ids=NASTY)
def test_a_text_of_20_000_characters_is_judged_at_once(sign: str) -> None:
    text = (sign * 20_000)[:19_998] + "!x"
    took("warm")
    assert min(took(f"{n}{text}"[:20_000]) for n in range(3)) < 0.15  # 50 ms where the machine is quiet


def test_no_text_becomes_more_than_four_times_as_long_when_its_letters_are_read() -> None:
    most = max(len(alike.latin(chr(code))) for code in range(0x110000) if not 0xD800 <= code < 0xE000)
    assert most <= 4


def test_a_title_or_text_is_searched_up_to_its_limit() -> None:
    limit = REGIME.rules["text-length"].value[1]
    text = "x" * (limit - 30) + " the suspect is a black man"
    found = {f.rule for f in judge(REGIME, replace(SOUND, text=text[:limit]), HARBOUR, (), AT)}
    assert "description-not-race-alone" in found


def test_a_feature_counts_however_its_spaces_and_hyphens_are_written() -> None:
    words = {"features": ("red jacket|dark-blue cap", "tall|taller", "scar")}
    assert wording.features("A red-jacket, TALLER than most.", words) == 2
    assert wording.features("A dark-blue cap.", words) == 1
    assert wording.features("A scarf, and tallest.", words) == 0
