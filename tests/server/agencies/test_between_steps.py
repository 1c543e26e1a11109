"""What was begun by an agency, or for it, before it left or was suspended, and is finished after."""

from typing import Any

import pytest

from tests.cast import PASSWORD, Cast
from tests.server import civic
from tests.server.agencies import flow
from vicinage.server import clock
from vicinage.server.accounts import actions as accounts
from vicinage.server.accounts.models import User
from vicinage.server.agencies import actions, queries
from vicinage.server.agencies.actions import AgencyConflictError
from vicinage.server.agencies.applying import actions as applying
from vicinage.server.agencies.applying import promise
from vicinage.server.agencies.models import Agency, Officer
from vicinage.server.agencies.officers import actions as officers
from vicinage.server.ledger.models import Entry
from vicinage.server.posts.models import PostSubmission
from vicinage.server.regime import queries as rules

pytestmark = pytest.mark.django_db
TIP = {"kind": "tip", "title": "Lock your bicycle", "text": "Locked to a stand it is stolen less often."}


def leaves(cast: Cast) -> None:
    """Carol takes the agency off."""
    officers.leave(cast.carol.user, cast.agency.name, clock.now())


def suspended(cast: Cast) -> None:
    """Olga suspends it."""
    actions.suspend(cast.agency.pk, "It asked for everybody's faces.", cast.olga.user, clock.now())


def logged(kind: str) -> int:
    """How many entries of this kind the log is to have."""
    return Entry.objects.filter(kind=kind).count()


def test_a_request_of_an_agency_that_has_left_is_not_published_and_can_be_rejected(cast: Cast) -> None:
    rfa = civic.submit(cast)
    leaves(cast)
    assert civic.approve(cast, rfa).status_code == 409
    assert logged("rfa.published") == 0
    answer = cast.erin.client.post(f"/moderation/rfas/{rfa}/", {"reject": "yes", "reason": "It has left."})
    assert answer.status_code == 302


def test_a_post_of_an_agency_that_has_left_is_not_published_and_can_be_rejected(cast: Cast) -> None:
    assert cast.carol.client.post("/agency/posts/new/", TIP).status_code == 302
    leaves(cast)
    page = f"/moderation/posts/{PostSubmission.objects.get().pk}/"
    assert cast.erin.client.post(page, {"approve": "yes"}).status_code == 409
    assert logged("post.published") == 0
    assert cast.erin.client.post(page, {"reject": "yes", "reason": "It has left."}).status_code == 302


def test_a_request_and_a_post_wait_while_the_agency_is_suspended(cast: Cast) -> None:
    rfa = civic.submit(cast)
    assert cast.carol.client.post("/agency/posts/new/", TIP).status_code == 302
    page = f"/moderation/posts/{PostSubmission.objects.get().pk}/"
    suspended(cast)
    assert civic.approve(cast, rfa).status_code == 422
    assert cast.erin.client.post(page, {"approve": "yes"}).status_code == 422
    actions.reinstate(cast.agency.pk, cast.olga.user, clock.now())
    assert civic.approve(cast, rfa).status_code == 302
    assert cast.erin.client.post(page, {"approve": "yes"}).status_code == 302


def renewal(cast: Cast) -> Any:
    """A renewal that Carol asked for and signed, and that Olga has looked into."""
    fields = {**flow.form(cast.agency.core()), "applicant_email": cast.carol.user.email}
    row, token = flow.mailed(fields, clock.now(), renews=cast.agency)
    digest = promise.digest(promise.text(row, rules.in_force()))
    return flow.looked_into(
        applying.sign(token, "Carol", "Chief", digest, clock.now()), cast.olga.user, clock.now()
    )


def test_an_agency_that_left_while_its_renewal_waited_is_not_verified_again(cast: Cast) -> None:
    row = renewal(cast)
    assert flow.approve(row, cast.olga.user).agency is None
    leaves(cast)
    before = Agency.objects.values().get(pk=cast.agency.pk)
    with pytest.raises(AgencyConflictError, match="agency-left"):
        flow.approve(row, cast.otto.user)
    assert logged("agency.verified") == 1
    assert Agency.objects.values().get(pk=cast.agency.pk) == before
    applying.refuse(row.pk, "It has left.", cast.otto.user, clock.now())
    assert queries.officer_of(cast.carol.user) is None


def test_an_agency_is_not_renewed_while_it_is_suspended(cast: Cast) -> None:
    row = renewal(cast)
    suspended(cast)
    row.refresh_from_db()
    assert [finding.rule for finding in flow.approve(row, cast.olga.user).findings] == ["agency-suspended"]
    assert logged("agency.verified") == 1


@pytest.mark.parametrize("way", ["resigned", "second account"])
def test_who_ever_acted_for_an_agency_does_not_approve_its_renewal(way: str, cast: Cast) -> None:
    row = renewal(cast)
    person, _ = accounts.create_person(
        "carol@homes.example", PASSWORD, cast.carol.secret if way == "second account" else None
    )
    if way == "resigned":
        person = cast.carol.user
        Officer.objects.filter(user=person).update(removed_at=clock.now(), removed_for="removed")
        User.objects.filter(pk=person.pk).update(email="carol.moved@homes.example")
    User.objects.filter(pk=person.pk).update(is_operator=True)
    person.refresh_from_db()
    with pytest.raises(AgencyConflictError, match="operator-is-applicant"):
        flow.approve(row, person)
    assert flow.approve(row, cast.olga.user).findings == ()
