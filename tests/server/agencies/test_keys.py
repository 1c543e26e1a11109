"""The agency's key and its vault on the server: who may change what, when it counts, and what is kept."""

import base64
import json
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

from tests.cast import Cast, Person
from tests.server import civic
from vicinage.seal import box
from vicinage.seal.keys import Household, Identity
from vicinage.server import clock
from vicinage.server.accounts import actions as accounts
from vicinage.server.agencies import actions as desks
from vicinage.server.agencies import queries
from vicinage.server.agencies.keys import actions
from vicinage.server.agencies.keys.errors import KeyVaultError
from vicinage.server.agencies.models import (
    AgencyKey,
    KeyRevocation,
    KeyShare,
    Officer,
    OfficerAct,
    OfficerKey,
)
from vicinage.wire import vault as wire

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery staple"
SEALED = base64.b64encode(b"age" * 100).decode()


@pytest.fixture
def gail(cast: Cast) -> Person:
    """Another officer of Carol's agency who may collect."""
    user, secret = accounts.create_person("gail@police.elmford.example", PASSWORD)
    desks.add_officer(cast.agency, user, may_ask=False, may_collect=True, at=clock.now())
    return Person(user, secret)


def post(client: Client, path: str, body: object) -> Any:
    """JSON, as the island sends it."""
    return client.post(f"/api/agency/{path}", json.dumps(body), content_type="application/json")


def own_key(person: Person) -> Household:
    """The person makes an own key."""
    own = Household.generate()
    answer = post(person.client, "vault/own", {"recipient": own.identity.recipient, "recovery_b64": SEALED})
    assert answer.status_code == 201, answer.content
    return own


def vault(person: Person) -> dict[str, Any]:
    """What the person's browser is given."""
    answer = person.client.get("/api/agency/vault")
    assert "no-store" in answer.headers["Cache-Control"]
    return dict(answer.json())


def published(person: Person) -> str:
    """A key in the vault, sealed to this person's own; its recipient."""
    if not OfficerKey.objects.filter(user=person.user).exists():
        own_key(person)
    recipient = Identity.generate().recipient
    body = {"recipient": recipient, "share_b64": SEALED, "recovery_b64": SEALED}
    assert post(person.client, "key", body).status_code == 201
    civic.log()
    return recipient


def share(person: Person, own: Household, key: str) -> dict[str, Any]:
    """What a colleague's browser posts for this person."""
    officer = Officer.objects.get(user=person.user, removed_at=None).pk
    return {"officer": officer, "key": key, "to": own.identity.recipient, "sealed_b64": SEALED}


def test_an_officer_is_given_their_own_shares_and_never_a_colleagues(cast: Cast, gail: Person) -> None:
    carols, gails = own_key(cast.carol), own_key(gail)
    key = published(cast.carol)
    mine, theirs = vault(cast.carol), vault(gail)
    assert mine["own"]["recipient"] == carols.identity.recipient
    assert [one["share_b64"] for one in mine["keys"]] == [SEALED]
    assert [one["share_b64"] for one in theirs["keys"]] == [None]
    assert mine["colleagues"][0]["email"] == gail.user.email
    assert (mine["colleagues"][0]["recipient"], mine["colleagues"][0]["keys"]) == (
        gails.identity.recipient,
        [],
    )
    assert post(cast.carol.client, "vault/shares", {"shares": [share(gail, gails, key)]}).status_code == 201
    assert [one["share_b64"] for one in vault(gail)["keys"]] == [SEALED]


def test_who_has_no_access_gives_none_and_overwrites_nobodys(cast: Cast, gail: Person) -> None:
    carols, gails = own_key(cast.carol), own_key(gail)
    key = published(cast.carol)
    before = bytes(KeyShare.objects.get().sealed)
    refused = post(gail.client, "vault/shares", {"shares": [share(cast.carol, carols, key)]})
    assert (refused.status_code, refused.json()["code"]) == (403, "share-not-yours")
    # Opened by the agency's ten words, say:
    for_self = {**share(gail, gails, key), "sealed_b64": base64.b64encode(b"own" * 100).decode()}
    assert (
        post(gail.client, "vault/shares", {"shares": [for_self]}).status_code == 201
    )  # by the agency's words
    over = {**share(cast.carol, carols, key), "sealed_b64": base64.b64encode(b"bad" * 100).decode()}
    assert post(gail.client, "vault/shares", {"shares": [over]}).status_code == 201
    assert bytes(KeyShare.objects.get(officer__user=cast.carol.user).sealed) == before


def test_a_share_for_a_key_the_colleague_has_no_more_is_refused_whole(cast: Cast, gail: Person) -> None:
    own_key(cast.carol)
    former, key = own_key(gail), published(cast.carol)
    own_key(gail)
    refused = post(cast.carol.client, "vault/shares", {"shares": [share(gail, former, key)]})
    assert (refused.status_code, refused.json()["code"]) == (409, "share-other-key")
    assert KeyShare.objects.count() == 1


def test_nobody_outside_the_agency_or_without_authority_reaches_the_vault(cast: Cast) -> None:
    own_key(cast.carol)
    key = published(cast.carol)
    frank = civic.officer_elsewhere(cast)
    assert frank.get("/api/agency/vault").json()["keys"] == []
    for client in (cast.dave.client, cast.alice.client, cast.olga.client):
        assert client.get("/api/agency/vault").status_code == 404
        assert client.post("/agency/key/revoke/", {"recipient": key, "reason": "lost"}).status_code == 404
    assert frank.post("/agency/key/revoke/", {"recipient": key, "reason": "lost"}).status_code == 409
    assert not KeyRevocation.objects.exists()


def test_an_officer_who_leaves_loses_the_share_and_the_others_lose_nothing(cast: Cast, gail: Person) -> None:
    own_key(cast.carol)
    gails, key = own_key(gail), published(cast.carol)
    post(cast.carol.client, "vault/shares", {"shares": [share(gail, gails, key)]})
    row = Officer.objects.get(user=cast.carol.user)
    desks.remove_officer(row.pk, cast.agency.pk, cast.olga.user, clock.now())
    assert cast.carol.client.get("/api/agency/vault").status_code == 404
    assert [held.officer.user for held in KeyShare.objects.all()] == [gail.user]
    assert [one["share_b64"] for one in vault(gail)["keys"]] == [SEALED]
    page = gail.client.get("/agency/key/").content.decode()
    assert "Only one officer can open this key" in page


def test_a_share_of_who_may_collect_no_more_is_not_given_out_and_is_let_go(cast: Cast) -> None:
    own_key(cast.carol)
    published(cast.carol)
    Officer.objects.filter(user=cast.carol.user).update(may_collect=False)
    assert cast.carol.client.get("/api/agency/vault").status_code == 404
    actions.drop_shares_of_the_gone()
    assert not KeyShare.objects.exists()


def test_another_own_key_lets_go_of_what_the_former_could_open(cast: Cast) -> None:
    own_key(cast.carol)
    published(cast.carol)
    again = own_key(cast.carol)
    assert vault(cast.carol)["keys"][0]["share_b64"] is None
    assert OfficerKey.objects.get().recipient == again.identity.recipient


def test_the_first_key_counts_at_once_and_a_change_only_after_it_has_cooled(cast: Cast) -> None:
    first, second = Identity.generate().recipient, Identity.generate().recipient
    at = clock.now()
    actions.publish_key(cast.carol.user, first, at)
    later = actions.publish_key(cast.carol.user, second, at)
    civic.log()
    days = timedelta(days=7)
    assert later.from_at == (at + days).replace(microsecond=0)
    for when, expected in (
        (at, first),
        (later.from_at - timedelta(seconds=1), first),
        (later.from_at, second),
    ):
        current = queries.current_key(cast.agency.pk, when)
        assert current is not None
        assert current.recipient == expected


def test_revoking_counts_at_once_even_before_the_log_has_published_it(cast: Cast) -> None:
    key = published(cast.carol)
    answer = cast.carol.client.post("/agency/key/revoke/", {"recipient": key, "reason": "compromised"})
    assert answer.status_code == 302
    assert queries.current_key(cast.agency.pk) is None
    assert KeyRevocation.objects.get().entry.kind == "agency.key-revoked"
    again = cast.carol.client.post("/agency/key/revoke/", {"recipient": key, "reason": "compromised"})
    assert again.status_code == 409


def test_who_revokes_first_cannot_have_a_key_of_their_own_at_once(cast: Cast) -> None:
    stolen, at = published(cast.carol), clock.now()
    actions.revoke_key(cast.carol.user, stolen, "lost", at)
    mallorys = actions.publish_key(cast.carol.user, Identity.generate().recipient, at)
    assert mallorys.from_at > at
    civic.log()
    assert queries.current_key(cast.agency.pk, at) is None


def test_a_key_is_published_once_and_a_revoked_one_never_again(cast: Cast) -> None:
    key, at = published(cast.carol), clock.now()
    with pytest.raises(KeyVaultError, match="agency-key-known"):
        actions.publish_key(cast.carol.user, key, at)
    actions.revoke_key(cast.carol.user, key, "mistake", at)
    with pytest.raises(KeyVaultError, match="agency-key-known"):
        actions.publish_key(cast.carol.user, key, at)
    assert AgencyKey.objects.count() == 1


def test_an_unknown_reason_revokes_nothing(cast: Cast) -> None:
    key = published(cast.carol)
    answer = cast.carol.client.post("/agency/key/revoke/", {"recipient": key, "reason": "because"})
    assert 400 <= answer.status_code < 500
    assert queries.current_key(cast.agency.pk) is not None


def test_every_admin_is_told_by_mail_of_each_change_and_an_admin_may_revoke(
    cast: Cast, gail: Person, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    Officer.objects.filter(user=gail.user).update(is_admin=True, may_collect=False)
    Officer.objects.filter(user=cast.carol.user).update(is_admin=False)
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        key = actions.publish_key(cast.carol.user, Identity.generate().recipient, clock.now()).recipient
    assert [letter.to for letter in mail.outbox] == [[gail.user.email]]
    assert key in mail.outbox[0].body
    assert cast.carol.user.email in mail.outbox[0].body
    page = gail.client.get("/agency/key/").content.decode()
    assert key in page
    assert "Make a new key" not in page
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        gail.client.post("/agency/key/revoke/", {"recipient": key, "reason": "mistake"})
    assert [(letter.subject, letter.to) for letter in mail.outbox] == [
        ("A key of your agency is revoked", [gail.user.email])
    ]
    assert KeyRevocation.objects.count() == 1


def test_each_act_on_the_key_is_attributed(cast: Cast, gail: Person) -> None:
    own_key(cast.carol)
    gails, key = own_key(gail), published(cast.carol)
    post(cast.carol.client, "vault/shares", {"shares": [share(gail, gails, key)]})
    actions.revoke_key(gail.user, key, "lost", clock.now())
    acts = OfficerAct.objects.order_by("id").values_list("what", "officer__user__email")
    carol, gailed = cast.carol.user.email, gail.user.email
    wanted = [
        ("key.own-made", carol),
        ("key.own-made", gailed),
        ("key.published", carol),
        ("key.shared", carol),
        ("key.revoked", gailed),
    ]
    assert [act for act in acts if act[0].startswith("key.")] == wanted


def test_the_vaults_messages_have_limits(cast: Cast) -> None:
    own_key(cast.carol)
    long = base64.b64encode(b"x" * 5000).decode()
    key = Identity.generate().recipient
    for path, body in (
        ("vault/own", {"recipient": key, "recovery_b64": long}),
        ("vault/own", {"recipient": "age1", "recovery_b64": SEALED}),
        ("key", {"recipient": key, "share_b64": long}),
        ("vault/shares", {"shares": []}),
        ("vault/shares", {"shares": [{}]}),
    ):
        assert post(cast.carol.client, path, body).status_code == 400
    assert not AgencyKey.objects.exists()


def test_what_the_server_keeps_does_not_open_without_the_officers_key(cast: Cast) -> None:
    own, identity = Household.generate(), Identity.generate()
    actions.make_own_key(cast.carol.user, wire.OwnKey(own.identity.recipient, b"x" * 100), clock.now())
    sealed = box.seal_bytes(identity.text.encode(), [own.identity.recipient])
    actions.publish_key(cast.carol.user, identity.recipient, clock.now(), share=sealed)
    kept = bytes(KeyShare.objects.get().sealed)
    assert kept == sealed
    assert identity.text.encode() not in kept
