"""A witness whose clock is set back: it never states an earlier time than it has stated."""

from pathlib import Path

import pytest

from tests.tlog.small_log import AT, SmallLog, numbered
from vicinage.tlog import signing, times, witness
from vicinage.tlog.errors import NoteError
from vicinage.witness.cosigner import Cosigner
from vicinage.witness.home import Home


@pytest.mark.parametrize(
    ("last", "now", "stated"),
    [(None, 5, 5), (100, 101, 101), (100, 100, 100), (100, 99, 100), (100, 40, 100)],
)
def test_a_clock_that_stumbles_is_held(last: int | None, now: int, stated: int) -> None:
    assert times.not_before(last, now) == stated


def test_a_clock_set_back_signs_nothing_until_it_is_right(tmp_path: Path, log: SmallLog) -> None:
    home, now = Home(tmp_path / "witness"), [AT]
    home.trust(log.log.vkey)
    cosigner = Cosigner(home, home.signer(), lambda: now[0])

    def ask(old: int) -> int | None:
        signed = log.grow(numbered(1, len(log.entries)))
        proof = log.folder.reader(len(log.entries)).consistency(old)
        line = cosigner.add_checkpoint(witness.format_request(old, proof, signed.encode()))
        return signing.verify(home.signer().vkey, signed.text, line)

    assert ask(0) == AT
    now[0] = AT - 30
    assert ask(1) == AT
    now[0] = AT - 3600
    with pytest.raises(NoteError, match="clock-back"):
        ask(2)
    now[0] = AT + 1
    assert ask(2) == AT + 1
