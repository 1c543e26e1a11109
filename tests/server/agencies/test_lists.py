"""The two public lists: read in full, resumed, what did not parse told; what they say of an applicant."""

import csv
import subprocess
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from vicinage.server.agencies.listings import actions, names, queries, reading
from vicinage.server.agencies.models import DirectoryListing, DomainListing, ListRun

pytestmark = pytest.mark.django_db

DOMAIN_HEAD = (
    "Domain name,Domain type,Organization name,Suborganization name,City,State,Security contact email"
)
DIRECTORY_HEAD = "OBJECTID,ID,NAME,TELEPHONE,ADDRESS,CITY,STATE,COUNTY,X,Y"
ELMFORD = (
    "1,10000001,ELMFORD POLICE DEPARTMENT,213-555-0100,1 MAIN STREET,ELMFORD,CA,KERN,-118.2512345,34.0523456"
)


def ignore(done: int) -> None:
    """No progress bar."""


@pytest.fixture
def numbered(tmp_path: Path) -> Iterator[Path]:
    """Paths for files, one after the other."""
    return (tmp_path / f"{number}.csv" for number in count())


def domains(path: Path, *rows: str, head: str = DOMAIN_HEAD, **more: bool) -> ListRun:
    """Import a list of domains with these rows."""
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return actions.take_file(path, reading.DOMAINS, ignore, **more)


def directory(path: Path, *rows: str) -> ListRun:
    """Import a directory with these rows."""
    path.write_text("\n".join([DIRECTORY_HEAD, *rows]) + "\n", encoding="utf-8")
    return actions.take_file(path, reading.DIRECTORY, ignore)


def city(name: str, kind: str = "City", organisation: str = "", state: str = "CA") -> str:
    """A row of the list of domains."""
    return f"{name}.gov,{kind},{organisation or 'City of ' + name.title()},,{name.title()},{state},(blank)"


def test_the_columns_are_found_by_name_whatever_their_order_and_mark(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    head = "State,City,Organization name,Suborganization name,Domain type,Domain name,New column"
    path.write_bytes(f"\ufeff{head}\r\nca, Elmford ,City  of Elmford,,City,ELMFORD.gov,x\r\n".encode())
    run = actions.take_file(path, reading.DOMAINS, ignore)
    row = DomainListing.objects.get()
    assert (row.domain, row.state, row.city, row.organisation) == (
        "elmford.gov",
        "CA",
        "Elmford",
        "City of Elmford",
    )
    assert (run.rows_done, run.rows_kept, run.problem_count) == (1, 1, 0)


@pytest.mark.parametrize(
    ("row", "what"),
    [
        (b"not a domain,City,Org,,Town,CA,x", "no domain"),
        (b"a.gov,City,Org,,Town,California,x", "two letters"),
        (b"a.gov,City,,,Town,CA,x", "Organization name"),
        (b"a.gov,City,Org,,Town,CA", "6 columns"),
        (b"a.gov,City,Org,,Town,CA,x,y", "8 columns"),
        (b"a.gov,City,\xff\xfe,,Town,CA,x", "UTF-8"),
        (b"a.gov,City,Or\0g,,Town,CA,x", "zero byte"),
        (b'a.gov,City,"Org,,Town,CA,x', "not closed"),
        (b'a.gov,City,"Org"x,,Town,CA,x', "CSV"),
        (b"a.gov,City," + b"O" * 40_000 + b",,Town,CA,x", "bytes"),
        (b"a.gov,City," + b"O" * 300 + b",,Town,CA,x", "300 characters"),
    ],
    ids=range(11),
)
def test_a_row_that_does_not_parse_is_told_with_its_line_and_costs_no_other(
    row: bytes, what: str, tmp_path: Path
) -> None:
    path = tmp_path / "list.csv"
    good = [city(name).encode() for name in ("one", "two", "three")]
    path.write_bytes(b"\n".join([DOMAIN_HEAD.encode(), good[0], row, *good[1:]]))
    run = actions.take_file(path, reading.DOMAINS, ignore)
    assert sorted(DomainListing.objects.values_list("domain", flat=True)) == [
        "one.gov",
        "three.gov",
        "two.gov",
    ]
    assert [(problem["line"], problem["kept"]) for problem in run.problems] == [(3, False)]
    assert what in run.problems[0]["what"]


def test_a_quoted_field_may_hold_a_line_end(tmp_path: Path) -> None:
    run = domains(tmp_path / "list.csv", 'a.gov,City,"City,\nof A",,Town,CA,x', city("two"))
    assert run.problem_count == 0
    assert DomainListing.objects.get(domain="a.gov").organisation == "City, of A"


def test_rows_with_a_gap_are_kept_without_it_and_told(numbered: Iterator[Path]) -> None:
    run = domains(next(numbered), city("one", state=""))
    assert [problem["kept"] for problem in run.problems] == [True]
    assert DomainListing.objects.get().state == ""
    run = directory(next(numbered), ELMFORD.replace("213-555-0100", " ").replace("34.0523456", "north"))
    row = DirectoryListing.objects.get()
    assert (row.phone, row.lon, row.lat) == ("", None, None)
    assert "TELEPHONE" in run.problems[0]["what"]
    assert "X, Y" in run.problems[0]["what"]


@pytest.mark.parametrize("place", ["nan,nan", "inf,1", "0,0", "181,1", "1,91", ","])
def test_a_place_that_is_none_is_left_out(place: str, tmp_path: Path) -> None:
    directory(tmp_path / "list.csv", ELMFORD.replace("-118.2512345,34.0523456", place))
    row = DirectoryListing.objects.get()
    assert (row.lon, row.lat) == (None, None)


def test_the_same_file_again_changes_nothing_and_a_key_twice_is_one_row(numbered: Iterator[Path]) -> None:
    path = next(numbered)
    run = domains(path, city("one"), city("two"), city("one", organisation="Town of One"))
    assert (run.rows_done, run.rows_kept, DomainListing.objects.count()) == (3, 2, 2)
    assert DomainListing.objects.get(domain="one.gov").organisation == "Town of One"
    again = actions.take_file(path, reading.DOMAINS, ignore)
    assert (again.pk, again.rows_kept, ListRun.objects.count()) == (run.pk, 2, 1)


def test_what_a_newer_file_has_no_more_is_listed_no_more(numbered: Iterator[Path]) -> None:
    domains(next(numbered), city("one"), city("two"), city("three"))
    domains(next(numbered), city("one"), city("three"))
    assert queries.listing_of("two.gov") is None
    assert queries.listing_of("one.gov") is not None
    assert DomainListing.objects.count() == 3
    domains(next(numbered), city("one"), city("two"), city("three"))
    assert queries.listing_of("two.gov") is not None


def test_a_file_cut_short_takes_nothing_off_the_list_unless_told_so(numbered: Iterator[Path]) -> None:
    domains(next(numbered), *(city(f"town{number}") for number in range(10)))
    cut = next(numbered)
    with pytest.raises(reading.ListingFileError, match="listing-shrunk"):
        domains(cut, city("town1"))
    assert DomainListing.objects.filter(is_listed=True).count() == 10
    assert domains(cut, city("town1"), may_shrink=True).finished_at is not None
    assert DomainListing.objects.filter(is_listed=True).count() == 1


@pytest.mark.parametrize("head", ["", "a,b", DOMAIN_HEAD.replace("State", "Stat"), DOMAIN_HEAD + ",State"])
def test_a_file_without_its_heading_is_refused_whole(head: str, tmp_path: Path) -> None:
    with pytest.raises(reading.ListingFileError, match="listing-columns"):
        domains(tmp_path / "list.csv", city("one"), head=head)
    assert not ListRun.objects.exists()


def test_files_and_rows_beyond_the_limits_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MAX_ROWS", 2)
    with pytest.raises(reading.ListingFileError, match="listing-too-long"):
        domains(tmp_path / "list.csv", city("one"), city("two"), city("three"))
    monkeypatch.setattr(reading, "MAX_FILE", 10)
    with pytest.raises(reading.ListingFileError, match="listing-too-large"):
        domains(tmp_path / "large.csv", city("one"))


def vicinage(state: dict[str, str], *command: object, **more: str) -> subprocess.CompletedProcess[str]:
    """The console command on the state folder that the environment names."""
    return subprocess.run(
        [sys.executable, "-m", "vicinage.cli", *map(str, command), "--home", state["VICINAGE_HOME"]],
        env={**state, **more},
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_import_that_is_killed_goes_on_where_it_was(tmp_path: Path, own_state: dict[str, str]) -> None:
    path, report = tmp_path / "list.csv", tmp_path / "report.csv"
    rows = [city(f"town{number}") for number in range(1, 1301)]
    rows[700] = "broken,row"
    path.write_text("\n".join([DOMAIN_HEAD, *rows]) + "\n", encoding="utf-8")
    prepare = "from vicinage.server import manage; manage.migrate_and_prepare()"
    subprocess.run([sys.executable, "-c", prepare], env=own_state, check=True)
    killed = vicinage(own_state, "agencies", "import-domains", path, VICINAGE_KILL_AT="listings.batch-taken")
    assert killed.returncode == -9
    done = vicinage(own_state, "agencies", "import-domains", path, "--report", report)
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines()[0].startswith("500 of 1300"), "it goes on after the first batch"
    assert "1300 rows read, 1299 kept; 1 to look at." in done.stdout
    assert [row["line"] for row in csv.DictReader(report.read_text().splitlines())] == ["702"]
    again = vicinage(own_state, "agencies", "import-domains", path)
    assert "1300 rows read, 1299 kept" in again.stdout


def test_an_import_without_a_prepared_folder_or_a_file_says_so(
    tmp_path: Path, own_state: dict[str, str]
) -> None:
    path = tmp_path / "list.csv"
    assert "[no-such-file]" in vicinage(own_state, "agencies", "import-domains", path).stderr
    path.write_text(DOMAIN_HEAD)
    assert "[run-not-prepared]" in vicinage(own_state, "agencies", "import-domains", path).stderr


@pytest.mark.parametrize(
    ("domain", "listed"),
    [
        ("elmford.gov", "elmford.gov"),
        ("police.elmford.gov", "elmford.gov"),
        ("ELMFORD.gov", "elmford.gov"),
        ("xelmford.gov", None),
        ("elmford.gov.example", None),
        ("elmford.com", None),
        ("gov", None),
    ],
)
def test_a_domain_is_listed_itself_or_by_the_one_above_it(
    domain: str, listed: str | None, tmp_path: Path
) -> None:
    domains(tmp_path / "list.csv", city("elmford"))
    found = queries.listing_of(domain)
    assert (found.domain if found else None) == listed


@pytest.mark.parametrize(
    "domain", ["elmf0rd.gov", "elm-ford.gov", "elmford.com", "elmfordgov.com", "e1mford.org", "elrnford.gov"]
)
def test_a_look_alike_is_told_beside_the_domain_it_looks_like(domain: str, tmp_path: Path) -> None:
    domains(tmp_path / "list.csv", city("elmford"), city("oakdale"))
    assert [row.domain for row in queries.look_alikes(domain)] == ["elmford.gov"]
    assert queries.look_alikes("elmford.gov") == queries.look_alikes("police.elmford.gov") == []


def test_the_directory_finds_the_department_by_name_and_place_in_its_own_state(tmp_path: Path) -> None:
    other = ELMFORD.replace("10000001", "10000002").replace(",CA,", ",TX,")
    sheriff = ELMFORD.replace("10000001", "10000003").replace("POLICE DEPARTMENT", "COUNTY SHERIFFS OFFICE")
    directory(tmp_path / "list.csv", other, sheriff, ELMFORD)
    found = queries.directory_matches("City of Elmford Police Dept.", "CA", "Elmford")
    assert [match.listing.pk for match in found] == ["10000001", "10000003"]
    assert queries.directory_matches("Police Department", "CA", "the City") == []
    assert queries.directory_matches("Oakdale Police", "CA", "Oakdale") == []


def test_two_ways_to_write_a_number_are_one_number() -> None:
    assert names.digits("+1 (213) 555-0100") == names.digits("213-555-0100")
    assert names.digits("213-555-0101") != names.digits("213-555-0100")
