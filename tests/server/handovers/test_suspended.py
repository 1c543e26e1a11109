"""An agency that is suspended, or has left, is given nothing, opens nothing and makes no key."""

import pytest

from tests.cast import Cast
from tests.server import civic
from tests.server.handovers import giving
from vicinage.seal.keys import Identity
from vicinage.server import clock
from vicinage.server.agencies import actions, queries
from vicinage.server.agencies.actions import AgencyConflictError
from vicinage.server.agencies.models import AgencyKey, KeyRevocation
from vicinage.server.agencies.officers import actions as officers
from vicinage.server.handovers.collecting import actions as collecting
from vicinage.server.handovers.models import Collection, Handover

pytestmark = pytest.mark.django_db


def ends(cast: Cast, how: str) -> None:
    """The agency is suspended, or leaves; the log takes it in."""
    if how == "suspended":
        actions.suspend(cast.agency.pk, "It asked for everybody's faces.", cast.olga.user, clock.now())
    else:
        officers.leave(cast.carol.user, cast.agency.name, clock.now())
    civic.log()


@pytest.mark.parametrize("how", ["suspended", "left"])
def test_nothing_is_handed_to_who_could_not_open_it(how: str, cast: Cast) -> None:
    scene = giving.set_scene(cast)
    handed = giving.message(scene)
    ends(cast, how)
    answer = giving.post(cast.alice, handed)
    assert (answer.status_code, answer.json()["code"]) == (409, "handover-agency")
    assert not Handover.objects.exists()
    page = cast.alice.client.get(f"/home/rfas/{scene.rfa.id}/answer/").content.decode()
    assert "suspended or has left" in page
    assert "consent" not in page.partition("</main>")[2], "no island that would try"


def test_after_the_suspension_the_same_request_is_answered_again(cast: Cast) -> None:
    scene = giving.set_scene(cast)
    ends(cast, "suspended")
    actions.reinstate(cast.agency.pk, cast.olga.user, clock.now())
    assert giving.given(scene)


def test_who_is_suspended_with_the_download_begun_fetches_nothing(cast: Cast) -> None:
    scene = giving.set_scene(cast)
    row = Handover.objects.get(pk=giving.given(scene))
    officer = queries.officer_of(cast.carol.user)
    assert officer is not None
    ends(cast, "suspended")
    with pytest.raises(AgencyConflictError, match="agency-is-suspended"):
        collecting.collect(row, officer, "package", giving.REASON, clock.now())
    assert not Collection.objects.exists()


def test_a_suspended_agency_revokes_its_key_and_publishes_none(cast: Cast) -> None:
    scene = giving.set_scene(cast)
    ends(cast, "suspended")
    fresh = {"recipient": Identity.generate().recipient}
    assert cast.carol.client.post("/agency/key/", fresh).status_code == 409
    assert AgencyKey.objects.count() == 1
    old = {"recipient": scene.identity.recipient, "reason": "compromised"}
    assert cast.carol.client.post("/agency/key/revoke/", old).status_code == 302
    assert KeyRevocation.objects.count() == 1
