"""A town's departments share its domain: each gets in for itself, and operators see who has it already."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.cast import PASSWORD, Cast, Person
from tests.server import civic
from tests.server.agencies import flow
from vicinage.server import clock, manage
from vicinage.server.accounts import actions as accounts
from vicinage.server.agencies import actions as agencies
from vicinage.server.agencies import queries as desks
from vicinage.server.agencies.actions import AgencyConflictError
from vicinage.server.agencies.applying import queries
from vicinage.server.agencies.models import Agency, Application

pytestmark = pytest.mark.django_db

POLICE = {"name": "Oakdale Police Department", "kind": "police"}


@pytest.fixture(autouse=True)
def rules_are_in_force(db: None) -> None:
    manage.adopt_regime("public-2021")


def both(cast: Cast, row: Application) -> Agency:
    """Olga and Otto approve."""
    for operator in (cast.olga.user, cast.otto.user):
        done = flow.approve(row, operator)
    assert done.agency is not None
    return done.agency


def page_of(cast: Cast, row: Application) -> Any:
    """The evidence as Otto is shown it."""
    return cast.otto.client.get(f"/operation/applications/{row.pk}/")


def test_police_and_fire_of_one_town_both_get_in_and_each_is_its_own_agency(cast: Cast) -> None:
    fire = both(cast, flow.waiting(cast.olga.user))
    police = both(cast, flow.waiting(cast.olga.user, **POLICE))
    assert fire.domain == police.domain
    assert fire.pk != police.pk
    civic.log()
    listed = cast.bob.client.get("/agencies.csv").content.decode()
    assert (fire.name in listed, police.name in listed) == (True, True)


def test_operators_see_who_has_the_domain_and_who_applies_with_it(cast: Cast) -> None:
    fire = both(cast, flow.waiting(cast.olga.user))
    police = flow.waiting(cast.olga.user, **POLICE)
    rescue = flow.waiting(cast.olga.user, name="Oakdale Emergency Office", kind="emergency")
    shown = page_of(cast, police)
    assert (shown.context["sharing"], shown.context["beside"]) == ([fire], [rescue])
    told = shown.content.decode()
    assert "Others with this domain" in told
    assert f"/operation/agencies/{fire.pk}/" in told
    assert f"/operation/applications/{rescue.pk}/" in told
    agencies.let_go(fire.pk, cast.olga.user, clock.now())
    assert page_of(cast, police).context["sharing"] == [fire], "who has left is told as well"
    alone = flow.waiting(cast.olga.user, domain="elsewhere.gov", email="desk@elsewhere.gov")
    assert "Others with this domain" not in page_of(cast, alone).content.decode()


def test_an_approval_is_void_when_another_department_got_in_with_the_domain_since(cast: Cast) -> None:
    fire, police = flow.waiting(cast.olga.user), flow.waiting(cast.olga.user, **POLICE)
    flow.approve(police, cast.olga.user)
    assert len(queries.counted(police)) == 1
    both(cast, fire)
    assert queries.counted(police) == []
    assert both(cast, police).kind == "police"


def test_once_an_agency_has_left_another_of_its_kind_may_have_the_domain(cast: Cast) -> None:
    first = both(cast, flow.waiting(cast.olga.user))
    agencies.let_go(first.pk, cast.olga.user, clock.now())
    assert both(cast, flow.waiting(cast.olga.user)).pk != first.pk


def test_the_database_itself_keeps_two_of_one_kind_apart(cast: Cast) -> None:
    first = both(cast, flow.waiting(cast.olga.user))
    again = Agency.objects.get(pk=first.pk)
    again.pk, again.verified_entry = "a" * 16, None
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save(force_insert=True)


def test_a_renewal_is_not_in_its_own_way_nor_in_a_neighbours(cast: Cast) -> None:
    fire = both(cast, flow.waiting(cast.olga.user))
    police = both(cast, flow.waiting(cast.olga.user, **POLICE))
    later = clock.now() + timedelta(days=2)
    row = flow.looked_into(flow.signed(flow.form(flow.OAKDALE), later, renews=fire), cast.olga.user, later)
    assert queries.sharing(row) == [police]
    assert both(cast, row).pk == fire.pk


def test_an_officer_is_of_the_agency_that_invited_them_and_not_of_the_domains_other_one(cast: Cast) -> None:
    fire = both(cast, flow.waiting(cast.olga.user))
    police = both(cast, flow.waiting(cast.olga.user, **POLICE))
    user, secret = accounts.create_person("fay@oakdale.gov", PASSWORD)
    agencies.add_officer(fire, user, may_ask=True, may_collect=True, at=clock.now())
    own = desks.officer_of(user)
    assert own is not None
    assert own.agency == fire
    told = Person(user, secret).client.get("/agency/").content.decode()
    assert (fire.name in told, police.name in told) == (True, False)
    with pytest.raises(AgencyConflictError):
        agencies.add_officer(police, user, may_ask=True, may_collect=True, at=clock.now())
