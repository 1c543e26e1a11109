"""A change of the rules: announced ahead, said on every page, in force at its time and not before."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.cast import Cast
from tests.server import civic
from tests.server.conftest import Held
from vicinage import regimes
from vicinage.core.errors import RegimeError
from vicinage.server import manage
from vicinage.server.errors import ServerError
from vicinage.server.ledger.models import Entry
from vicinage.server.regime import actions, queries

pytestmark = pytest.mark.django_db

BANNER = "The rules for requests change on"


def test_the_first_regime_is_adopted_once_and_no_later_start_changes_it(held: Held) -> None:
    assert manage.adopt_regime("public-2021")
    assert not manage.adopt_regime("closed-2024")
    assert not manage.adopt_regime("/nowhere/gone.toml")
    assert queries.in_force().name == "public-2021"
    assert Entry.objects.filter(kind__in=queries.KINDS).count() == 1


def test_without_any_regime_nothing_is_in_force_and_nothing_can_be_announced(held: Held) -> None:
    with pytest.raises(ServerError, match="regime-none"):
        queries.in_force()
    with pytest.raises(ServerError, match="regime-none"):
        actions.announce(regimes.raw("closed-2024"), held.at + timedelta(days=90), held.at)
    assert not Entry.objects.exists()


def test_a_change_announced_a_second_too_late_is_refused_with_the_earliest_time(held: Held) -> None:
    manage.adopt_regime("public-2021")
    toml, notice = regimes.raw("closed-2024"), queries.in_force().conduct.notice_days
    early = held.at + timedelta(days=notice) - timedelta(seconds=1)
    entry, findings = actions.announce(toml, early, held.at)
    assert entry is None
    assert [finding.rule for finding in findings] == ["regime-notice"]
    assert not Entry.objects.filter(kind="regime.announced").exists()
    entry, findings = actions.announce(toml, early + timedelta(seconds=1), held.at)
    assert entry is not None
    assert findings == ()


def test_a_file_with_a_mistake_is_refused_and_nothing_is_recorded(held: Held) -> None:
    manage.adopt_regime("public-2021")
    broken = regimes.raw("closed-2024").replace(b"notice_days]\nvalue = 14", b"notice_days]\nvalue = -1")
    with pytest.raises(RegimeError):
        actions.announce(broken, held.at + timedelta(days=90), held.at)
    assert Entry.objects.count() == 1


def test_rules_take_force_at_their_second_and_nothing_need_run_then(held: Held) -> None:
    manage.adopt_regime("public-2021")
    effective_at = civic.announce("closed-2024", 20)
    held.go_to(effective_at - timedelta(seconds=1))
    assert queries.in_force().name == "public-2021"
    assert [change.regime.name for change in queries.announced()] == ["closed-2024"]
    held.go_on(seconds=1)
    assert queries.in_force().name == "closed-2024"
    assert queries.announced() == ()
    assert queries.in_force(effective_at - timedelta(days=1)).name == "public-2021"


def test_the_feed_invites_no_requests_once_nobody_may_ask(held: Held) -> None:
    manage.adopt_regime("public-2021")
    effective_at = civic.announce("closed-2024", 20)
    civic.log()
    held.go_to(effective_at - timedelta(seconds=1))
    assert "ask here, in the open" in Client().get("/").content.decode()
    held.go_on(seconds=1)
    after = Client().get("/").content.decode()
    assert "no agency may ask" in after
    assert "ask here, in the open" not in after


def test_an_operators_own_file_is_a_regime_like_any_other(held: Held) -> None:
    manage.adopt_regime("public-2021")
    own = regimes.raw("public-2021").replace(b'name = "public-2021"', b'name = "our-town"')
    entry, findings = actions.announce(own, held.at + timedelta(days=30), held.at)
    assert entry is not None, findings
    civic.log()
    held.go_on(days=31)
    page = Client().get("/regime/")
    assert "our-town" in page.content.decode()
    change = queries.published().changes[-1]
    assert Client().get(f"/log/texts/{change.index}.toml").content == own


def pages(cast: Cast, rfa: str) -> list[tuple[Client, str]]:
    """Pages of every kind, each with somebody who may see it."""
    return [
        *((Client(), path) for path in ("/", "/agencies/", f"/rfas/{rfa}/", "/regime/", "/regime/changes/")),
        *((Client(), path) for path in ("/verify/", "/assemblies/", "/accounts/login/", "/accounts/signup/")),
        (Client(), "/nothing/here/"),
        *((cast.alice.client, path) for path in ("/", "/home/", "/home/cameras/", "/assemblies/new/")),
        *((cast.carol.client, path) for path in ("/agency/", "/agency/rfas/new/", "/agency/posts/")),
        *((cast.erin.client, path) for path in ("/moderation/", "/moderation/posts/")),
        (cast.olga.client, "/operation/"),
    ]


def test_every_page_says_so_until_the_change_takes_force_and_no_page_after(cast: Cast, held: Held) -> None:
    rfa = civic.published(cast)
    visits = pages(cast, rfa.id)
    for client, path in visits:
        assert BANNER not in client.get(path).content.decode(), path
    effective_at = civic.announce("closed-2024", 20)
    for client, path in visits:
        words = client.get(path).content.decode()
        assert BANNER in words, path
        assert effective_at.isoformat().replace("+00:00", "Z") in words, path
    held.go_to(effective_at)
    for client, path in visits:
        assert BANNER not in client.get(path).content.decode(), path


def test_the_banner_of_an_end_of_requests_names_the_last_answer(cast: Cast, held: Held) -> None:
    civic.published(cast)
    effective_at = civic.announce("closed-2024", 20)
    last = effective_at + timedelta(days=29)
    assert last.isoformat().replace("+00:00", "Z") in Client().get("/").content.decode()


def test_a_kept_page_is_never_older_than_the_rules(
    cast: Cast, held: Held, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    civic.published(cast)
    effective_at = civic.announce("closed-2024", 20)
    held.go_to(effective_at - timedelta(seconds=10))
    before = Client().get("/regime/")
    with django_assert_num_queries(0):
        assert Client().get("/regime/").content == before.content
    assert before.headers["Cache-Control"] == "public, max-age=10"
    held.go_on(seconds=10)
    after = Client().get("/regime/")
    assert "closed-2024" in after.content.decode()
    assert after.headers["Cache-Control"] == "public, max-age=30"


def test_a_page_shows_no_announcement_that_the_log_does_not_hold_yet(cast: Cast, held: Held) -> None:
    civic.published(cast)
    entry, _ = actions.announce(regimes.raw("closed-2024"), held.at + timedelta(days=20), held.at)
    assert entry is not None
    assert queries.announced() == ()
    assert BANNER not in Client().get("/verify/").content.decode()


def test_the_pages_of_the_rules_tell_past_present_and_announced_and_what_changes(
    cast: Cast, held: Held
) -> None:
    assert cast.agency
    civic.announce("mediated-2019", 20)
    held.go_on(days=21)
    civic.announce("closed-2024", 20)
    first, second, third = queries.published().changes
    changes = Client().get("/regime/changes/")
    assert [told.state for told in changes.context["changes"]] == ["announced", "in force", "past"]
    words = changes.content.decode()
    assert "Nobody may ask for clips." in words
    assert "private mail" in words
    for change, heading in (
        (first, "Rules of an earlier time"),
        (second, "The rules in force"),
        (third, "Rules that are announced"),
    ):
        page = Client().get(f"/regime/{change.regime.name}/{change.index}/").content.decode()
        assert f"<h1>{heading}</h1>" in page
        assert f"/log/texts/{change.index}.toml" in page
        assert all(f'id="{rule}"' in page for rule in change.regime.rules)
    assert Client().get(f"/regime/closed-2024/{first.index}/").status_code == 404
    assert Client().get("/regime/closed-2024/99/").status_code == 404


def test_two_announcements_at_once_are_recorded_one_after_the_other(cast: Cast, held: Held) -> None:
    assert cast.agency
    effective_at = held.at + timedelta(days=20)
    for name in ("mediated-2019", "closed-2024"):
        assert actions.announce(regimes.raw(name), effective_at, held.at)[0] is not None
    held.go_to(effective_at)
    assert queries.in_force().name == "closed-2024"
    civic.log()
    states = [told.state for told in Client().get("/regime/changes/").context["changes"]]
    assert states == ["in force", "past", "past"]


def test_what_was_announced_cannot_be_changed_in_the_database(cast: Cast, held: Held) -> None:
    assert cast.agency
    civic.announce("closed-2024", 20)
    with pytest.raises(DatabaseError, match="append-only"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM ledger_entry WHERE kind = 'regime.announced'")
