"""`vicinage regime announce`: a change of rules from the server's own machine."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.cast import Cast
from tests.server import civic
from tests.server.conftest import Held
from vicinage import cli, regimes
from vicinage.run import announcing
from vicinage.run.errors import RunError
from vicinage.server.ledger.models import Entry
from vicinage.server.regime import queries

pytestmark = pytest.mark.django_db


def command(home: Path, *arguments: str) -> int:
    """Run it on this state folder."""
    (home / "secret-key").write_text("x")
    return cli.main(["regime", "announce", *arguments, "--home", str(home)])


def test_a_regime_that_ships_is_announced_by_its_name(
    cast: Cast, held: Held, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cast.agency
    day = (held.at + timedelta(days=40)).date()
    assert command(home, "closed-2024", "--from", day.isoformat()) == 0
    civic.log()
    assert f"takes force on {day} 00:00 UTC" in capsys.readouterr().out
    assert [change.regime.name for change in queries.announced()] == ["closed-2024"]


def test_an_own_file_is_announced_by_its_path(cast: Cast, held: Held, home: Path, tmp_path: Path) -> None:
    assert cast.agency
    own = tmp_path / "town.toml"
    own.write_bytes(regimes.raw("public-2021").replace(b'name = "public-2021"', b'name = "our-town"'))
    day = (held.at + timedelta(days=40)).date().isoformat()
    assert command(home, str(own), "--from", f"{day}T08:00+02:00") == 0
    change = queries.schedule().changes[-1]
    assert change.regime.name == "our-town"
    assert change.effective_at.isoformat() == f"{day}T06:00:00+00:00"


def test_too_late_is_said_with_the_earliest_time_and_nothing_is_recorded(
    cast: Cast, held: Held, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cast.agency
    before = Entry.objects.count()
    day = (held.at + timedelta(days=2)).date().isoformat()
    assert command(home, "closed-2024", "--from", day) == 1
    assert "days ahead" in capsys.readouterr().out
    assert Entry.objects.count() == before


def test_a_mistake_in_a_file_is_refused_with_its_line(
    cast: Cast, held: Held, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cast.agency
    broken = tmp_path / "town.toml"
    broken.write_bytes(regimes.raw("public-2021").replace(b"value = 43200", b'value = "long"'))
    assert command(home, str(broken), "--from", "2027-06-01") == 2
    told = capsys.readouterr().err
    assert "Line " in told
    assert "long" in told
    assert len(queries.schedule().changes) == 1


@pytest.mark.parametrize("typed", ["tomorrow", "2027-13-01", "", "1e9"])
def test_what_is_no_date_is_refused(typed: str) -> None:
    with pytest.raises(RunError, match="regime-start"):
        announcing.read_start(typed)


def test_a_folder_that_no_server_prepared_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="run-not-prepared"):
        announcing.announce(tmp_path, b"", civic.hours_ago(0))
