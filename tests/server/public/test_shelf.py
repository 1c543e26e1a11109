"""The static files follow the log: whole, where something changed, and after a kill as if there was none."""

import gzip
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from tests.cast import Cast
from tests.server import civic
from vicinage.core.place import cells_of, parse_area
from vicinage.server import clock
from vicinage.server.public import actions
from vicinage.server.public.shelf import Made, Shelf

pytestmark = pytest.mark.django_db


def shelved(home: Path) -> dict[str, bytes]:
    """Every static file but the log's own and the note of how far they are."""
    public = home / "public"
    paths = [p for p in public.rglob("*") if p.is_file() and "log" not in p.relative_to(public).parts[:1]]
    return {str(p.relative_to(public)): p.read_bytes() for p in paths if p.name != "made.json"}


def test_each_file_is_what_the_address_of_its_name_gives(cast: Cast, home: Path) -> None:
    rfa = civic.published(cast)
    assert actions.refresh() > 0
    found = shelved(home)
    plain = {name: data for name, data in found.items() if not name.endswith(".gz")}
    cells = {f"rfas/cell/{cell}.json" for cell in cells_of(parse_area(rfa.area))}
    assert {f"rfas/{rfa.id}.json", f"agencies/{rfa.agency_id}.json", *actions.LISTS, *cells} <= set(plain)
    for name, data in plain.items():
        address = f"/public/{name}" if name.startswith(("rfas/cell", "openapi")) else f"/{name}"
        assert Client().get(address).content == data, name
    for name, data in found.items():
        if name.endswith(".gz"):
            assert gzip.decompress(data) == found[name.removesuffix(".gz")]


def test_nothing_is_written_when_nothing_has_changed(cast: Cast, home: Path) -> None:
    civic.published(cast)
    actions.refresh()
    times = {p: p.stat().st_mtime_ns for p in (home / "public").rglob("*") if p.is_file()}
    assert actions.refresh() == 0
    assert {p: p.stat().st_mtime_ns for p in times} == times


def test_a_second_request_leaves_the_first_ones_file_alone(cast: Cast, home: Path) -> None:
    first = civic.published(cast, reference="26-1")
    actions.refresh()
    before = (home / "public" / "rfas" / f"{first.id}.json").stat().st_ino
    second = civic.published(cast, reference="26-2")
    actions.refresh()
    assert (home / "public" / "rfas" / f"{second.id}.json").exists()
    assert (home / "public" / "rfas" / f"{first.id}.json").stat().st_ino == before
    assert second.id in (home / "public" / "rfas.csv").read_text()


def test_a_resolved_request_leaves_its_cells(cast: Cast, home: Path) -> None:
    rfa = civic.published(cast)
    actions.refresh()
    cell = home / "public" / "rfas" / "cell" / f"{cells_of(parse_area(rfa.area))[0]}.json"
    assert rfa.id in cell.read_text()
    cast.carol.client.post(f"/agency/rfas/{rfa.id}/resolve/")
    civic.log()
    actions.refresh()
    assert rfa.id not in cell.read_text()


def test_a_request_whose_time_is_over_leaves_its_cells_by_itself(
    cast: Cast, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rfa = civic.published(cast)
    actions.refresh()
    cell = home / "public" / "rfas" / "cell" / f"{cells_of(parse_area(rfa.area))[0]}.json"
    assert Shelf().made().next_s == rfa.open_until.timestamp()
    over = rfa.open_until + timedelta(seconds=1)
    monkeypatch.setattr(clock, "now", lambda: over)
    assert actions.refresh() > 0
    assert rfa.id not in cell.read_text()


def test_little_time_at_once_makes_them_all_in_the_end(
    cast: Cast, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "BATCH", 1)
    rfa = civic.published(cast)
    for _ in range(50):
        actions.refresh(longest_s=0.0)
        made = Shelf().made()
        if made.done == made.size:
            break
        actions.refresh(longest_s=0.02)
    assert (home / "public" / "rfas" / f"{rfa.id}.json").exists()


def test_a_spoilt_note_makes_them_anew(cast: Cast, home: Path) -> None:
    civic.published(cast)
    actions.refresh()
    whole = shelved(home)
    (home / "public" / "made.json").write_text("{")
    (home / "public" / "rfas.csv").write_bytes(b"half a fi")
    assert Shelf().made() == Made()
    actions.refresh()
    assert shelved(home) == whole


KILLED = """
from vicinage.server import manage
from django.conf import settings
manage.migrate_and_prepare()
from vicinage.server.ledger import publish
from vicinage.server.public import actions
publish.publish_pending()
print(actions.refresh(30))
"""


@pytest.mark.parametrize("point", ["public.lists", "public.batch"])
def test_a_kill_leaves_whole_files_and_the_next_run_goes_on(point: str, own_state: dict[str, str]) -> None:
    home = Path(own_state["VICINAGE_HOME"])
    environment = {**own_state, "VICINAGE_KILL_AT": point}
    argv = [sys.executable, "-c", KILLED]
    killed = subprocess.run(argv, env=environment, capture_output=True, check=False, timeout=120)
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()[-2000:]
    noted = home / "public" / "made.json"
    assert not noted.exists() if point == "public.lists" else '"done": 0' in noted.read_text()
    again = subprocess.run(argv, env=own_state, capture_output=True, check=True, timeout=120)
    assert again.returncode == 0
    found = shelved(home)
    assert set(actions.LISTS) <= set(found)
    for name, data in found.items():
        if name.endswith(".gz"):
            assert gzip.decompress(data) == found[name.removesuffix(".gz")]


def test_a_list_is_made_once_for_a_state_of_the_log(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    civic.published(cast)
    made = []

    def make() -> bytes:
        made.append(1)
        return b"one"

    monkeypatch.setitem(actions.LISTS, "rfas.csv", make)
    assert [Client().get("/rfas.csv").content for _ in range(3)] == [b"one"] * 3
    assert len(made) == 1
