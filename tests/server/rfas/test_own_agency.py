"""No moderator decides for an agency that they belong to, by whatever way they step out of it before."""

from collections.abc import Callable

import pytest

from tests.cast import PASSWORD, Cast
from tests.server import civic
from vicinage.server import clock
from vicinage.server.accounts import actions as accounts
from vicinage.server.accounts.models import User
from vicinage.server.agencies import actions as agencies
from vicinage.server.agencies.models import Officer
from vicinage.server.ledger.models import Entry
from vicinage.server.posts import actions as posts
from vicinage.server.posts.models import PostSubmission
from vicinage.server.rfas import actions as rfas

pytestmark = pytest.mark.django_db
TIP = {"kind": "tip", "title": "Lock your bicycle", "text": "Locked to a stand it is stolen less often."}


def still_in_office(cast: Cast) -> User:
    """Carol, who also moderates."""
    return cast.carol.user


def resigned(cast: Cast) -> User:
    """Carol, whose authority ended a moment ago; she may be invited again in the next."""
    row = Officer.objects.get(user=cast.carol.user)
    agencies.remove_officer(row.pk, cast.agency.pk, cast.olga.user, clock.now())
    return cast.carol.user


def at_the_same_desk(cast: Cast) -> User:
    """Somebody with an address on the agency's domain, and no officer."""
    return accounts.create_person("gina@police.elmford.example", PASSWORD)[0]


def other_mailbox(cast: Cast) -> User:
    """Carol in a second account, with the same telephone for the codes."""
    return accounts.create_person("c@homes.example", PASSWORD, cast.carol.secret)[0]


@pytest.mark.parametrize("who", [still_in_office, resigned, at_the_same_desk, other_mailbox])
def test_who_belongs_to_the_agency_decides_nothing_of_it(who: Callable[[Cast], User], cast: Cast) -> None:
    rfa = civic.submit(cast)
    assert cast.carol.client.post("/agency/posts/new/", TIP).status_code == 302
    post, user = PostSubmission.objects.get().pk, who(cast)
    user.is_moderator = True
    user.save()
    at = clock.now()
    with pytest.raises(rfas.RfaConflictError, match="moderator-own-agency"):
        rfas.approve(rfa, user, civic.answers(rfa), at)
    with pytest.raises(rfas.RfaConflictError, match="moderator-own-agency"):
        rfas.reject(rfa, user, "It is of another station.", at)
    with pytest.raises(posts.PostConflictError, match="moderator-own-agency"):
        posts.approve(post, user, at)
    assert not Entry.objects.filter(kind__in=("rfa.published", "post.published")).exists()
    assert civic.approve(cast, rfa).status_code == 302, "Erin does"
