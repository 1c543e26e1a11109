"""The making of the demo town, ended after each step that matters: the next start goes on from there."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.stories.browsing import Town
from vicinage.demo.people import FOLDER
from vicinage.demo.seeding import Seeding
from vicinage.device import applicant, desk, officer, vault
from vicinage.run.platform import free_port
from vicinage.seal.keys import Identity


class EndedError(Exception):
    """The process that makes the town ends here."""


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Town]:
    """A server with nobody in it."""
    town = Town(tmp_path / "bare", free_port(), "--bare")
    try:
        town.start()
        yield town
    finally:
        town.stop()


def ended_after(where: Any, name: str, times: int, make: Any) -> None:
    """Make it, and end right after the step has been done so many times."""
    step, done = getattr(where, name), []

    def last(*given: Any, **more: Any) -> Any:
        result = step(*given, **more)
        done.append(1)
        if len(done) == times:
            raise EndedError
        return result

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(where, name, last)
        with pytest.raises(EndedError):
            make()


AGENCY = (
    (applicant, "apply", 1),
    (applicant, "sign", 1),
    (desk, "call_back", 1),
    (desk, "approve_agency", 1),
    (desk, "approve_agency", 2),
    (officer, "join", 1),
)
OFFICERS = ((officer, "invite", 1), (officer, "join", 1), (officer, "invite", 1))
KEYS = ((vault, "make_own_key", 1), (vault, "publish_key", 1))


def test_an_agencys_coming_that_is_ended_after_any_step_goes_on(bare: Town) -> None:
    # One cast: what goes on is on the server, and each new log-in would wait for a new code.
    seeding = Seeding(bare.origin, bare.home)
    cast = seeding.cast
    for where, name, times in AGENCY:
        ended_after(where, name, times, lambda: cast.make_agency("police"))
    agency = cast.make_agency("police")
    olga = cast.session("olga")
    assert olga.page("/operation/").html.count(f"/operation/agencies/{agency}/") == 1
    assert desk.find_application(olga, "Larkmeadow Police Department") is None
    for where, name, times in OFFICERS:
        ended_after(where, name, times, lambda: cast.make_officers("police", agency))
    cast.make_officers("police", agency)
    for name in ("carol", "dave", "hazel"):
        assert officer.is_in_office(cast.session(name))
    for where, name, times in KEYS:
        ended_after(where, name, times, lambda: seeding._keys("police"))
    seeding._keys("police")
    kept = Identity.parse((bare.home / FOLDER / "police-identity.txt").read_text().strip())
    assert vault.published_keys(cast.session("carol")) == [kept.recipient]
