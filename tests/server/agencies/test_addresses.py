"""Officers act under the official address: who changes it loses the authority, and no act changes hands."""

import pytest
from allauth.account.models import EmailAddress

from tests.cast import PASSWORD, Cast
from tests.server import civic
from vicinage.server.accounts.models import User
from vicinage.server.agencies import queries
from vicinage.server.agencies.models import Officer, OfficerAct

pytestmark = pytest.mark.django_db


def moves(cast: Cast, email: str) -> None:
    """Carol proves another address and makes it her account's, by the page that everybody has."""
    user, client = cast.carol.user, cast.carol.client
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=False)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    answer = client.post("/accounts/email/", {"email": email, "action_primary": ""})
    assert answer.headers["Location"] == "/accounts/email/"
    user.refresh_from_db()
    assert user.email == email


@pytest.mark.parametrize(
    "email", ["carol@mail.example", "carol@sub.police.elmford.example", "carol@police.elmford.example.evil"]
)
def test_an_officer_whose_address_leaves_the_domain_is_none_any_more(email: str, cast: Cast) -> None:
    rfa = civic.submit(cast)
    moves(cast, email)
    assert queries.officer_of(cast.carol.user) is None
    client = cast.carol.client
    for page in ("/agency/", f"/agency/rfas/{rfa}/", "/agency/history/", "/agency/officers/", "/agency/key/"):
        assert client.get(page).status_code == 404, page
    assert client.post("/agency/rfas/new/", {**civic.form(), "submit": "yes"}).status_code == 404


def test_the_history_names_who_acted_by_the_address_of_then(cast: Cast) -> None:
    civic.submit(cast)
    assert cast.dave
    moves(cast, "chief@police.elmford.example")
    page = cast.carol.client.get("/agency/history/").content.decode()
    assert "<td>carol@police.elmford.example</td>" in page
    assert "<td>chief@police.elmford.example</td>" not in page
    assert OfficerAct.objects.get(what="rfa.submitted").by == "carol@police.elmford.example"


def test_the_letter_case_of_an_address_is_no_matter(cast: Cast) -> None:
    assert cast.carol
    User.objects.filter(pk=cast.carol.user.pk).update(email="Carol@Police.Elmford.Example")
    assert queries.officer_of(User.objects.get(pk=cast.carol.user.pk)) is not None
    assert Officer.objects.filter(removed_at=None).count() == 1
