"""An agency's admin and officers: invitations, roles, reviews, idle accounts, acts; renewal and leaving."""

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from tests.cast import PASSWORD, Cast, Person
from tests.server import civic
from tests.server.agencies import flow
from tests.server.ledger.conftest import Witness
from vicinage.core import leaf
from vicinage.evidence import acts as told
from vicinage.server import clock, home
from vicinage.server.accounts import actions as accounts
from vicinage.server.accounts.models import User
from vicinage.server.agencies import actions, queries
from vicinage.server.agencies.actions import AgencyConflictError
from vicinage.server.agencies.applying import actions as applying
from vicinage.server.agencies.applying import queries as applications
from vicinage.server.agencies.models import Agency, Application, Invitation, Officer, OfficerAct, Reminder
from vicinage.server.agencies.officers import actions as officers
from vicinage.server.ledger.models import Entry

pytestmark = pytest.mark.django_db
GINA = "gina@police.elmford.example"
LATER = timedelta(days=181)


def row_of(person: Person) -> Officer:
    """Somebody's standing, as it is now."""
    return Officer.objects.get(user=person.user)


def gina() -> Person:
    """Somebody new at Elmford's police, with an account."""
    return Person(*accounts.create_person(GINA, PASSWORD))


def test_an_admin_invites_by_mail_and_the_invited_joins(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    assert cast.agency
    with django_capture_on_commit_callbacks(execute=True):
        answer = cast.carol.client.post("/agency/officers/invite/", {"email": GINA, "may_ask": "on"})
    assert answer.status_code == 302
    link = re.search(r"/agency/join/[^/\s<]+/", str(mail.outbox[-1].body))
    assert link is not None
    assert mail.outbox[-1].to == [GINA]
    assert link[0] not in cast.carol.client.get("/agency/officers/").content.decode()
    person = gina()
    assert cast.mallory.client.get(link[0]).status_code == 404
    assert cast.mallory.client.post(link[0]).status_code == 409
    assert person.client.post(link[0]).status_code == 302
    made = row_of(person)
    assert (made.may_ask, made.may_collect, made.is_admin) == (True, False, False)
    assert person.client.post(link[0]).status_code == 409
    assert Invitation.objects.get(email=GINA).token_sha256 not in link[0]


@pytest.mark.parametrize("email", ["gina@homes.example", "gina@sub.police.elmford.example"])
def test_an_admin_invites_nobody_off_the_domain(email: str, cast: Cast) -> None:
    answer = cast.carol.client.post("/agency/officers/invite/", {"email": email})
    assert answer.status_code == 422
    assert not Invitation.objects.exists()


def test_an_invitation_taken_back_or_made_again_opens_nothing(cast: Cast) -> None:
    given = {"may_ask": True, "may_collect": False, "is_admin": False}
    first = officers.invite(cast.carol.user, GINA, clock.now(), **given)
    second = officers.invite(cast.carol.user, GINA, clock.now(), **given)
    assert queries.invitation(first, clock.now()) is None
    row = queries.open_invitations(cast.agency, clock.now()).get()
    assert cast.carol.client.post("/agency/officers/", {"cancel": str(row.pk)}).status_code == 302
    assert queries.invitation(second, clock.now()) is None


@pytest.mark.parametrize(
    "change",
    [{"roles": ""}, {"remove": ""}, {"reviewed": "yes", "shown": "2"}, {"leave": "yes", "name": "x"}],
    ids=str,
)
def test_an_officer_who_is_no_admin_changes_nothing(change: dict[str, str], cast: Cast) -> None:
    number = str(row_of(cast.carol).pk)
    fields = {name: value or number for name, value in change.items()}
    before = list(Officer.objects.order_by("id").values())
    assert cast.dave.client.post("/agency/officers/", fields).status_code == 404
    assert cast.dave.client.post("/agency/officers/invite/", {"email": GINA}).status_code == 404
    with pytest.raises(AgencyConflictError, match="admin-only"):
        officers.remove(cast.dave.user, int(number), clock.now())
    assert [
        row for row in Officer.objects.order_by("id").values() if row["user_id"] != cast.dave.user.pk
    ] == before[:1]


def test_an_admin_sees_and_changes_the_officers_of_the_own_agency_alone(cast: Cast) -> None:
    civic.officer_elsewhere(cast)
    frank = Officer.objects.get(user__email="frank@fire.oakdale.example")
    page = cast.carol.client.get("/agency/officers/").content.decode()
    assert "frank@" not in page
    assert cast.carol.client.post("/agency/officers/", {"remove": str(frank.pk)}).status_code == 409
    frank.refresh_from_db()
    assert frank.removed_at is None


def test_roles_are_given_and_taken_and_hold_at_once(cast: Cast) -> None:
    dave = row_of(cast.dave)
    client = cast.dave.client
    assert client.get("/agency/rfas/new/").status_code == 404
    cast.carol.client.post("/agency/officers/", {"roles": str(dave.pk), "may_ask": "on"})
    assert client.get("/agency/rfas/new/").status_code == 200
    cast.carol.client.post("/agency/officers/", {"roles": str(dave.pk)})
    assert client.get("/agency/rfas/new/").status_code == 404


@pytest.mark.parametrize("way", ["remove", "roles", "resign"])
def test_the_last_admin_cannot_vanish(way: str, cast: Cast) -> None:
    assert cast.dave
    number = str(row_of(cast.carol).pk)
    answer = cast.carol.client.post("/agency/officers/", {way: number if way != "resign" else "yes"})
    assert (answer.status_code, "only admin" in answer.content.decode()) == (409, True)
    assert queries.admins(cast.agency).count() == 1
    roles = {"roles": str(row_of(cast.dave).pk), "is_admin": "on"}
    cast.carol.client.post("/agency/officers/", roles)
    assert cast.carol.client.post("/agency/officers/", {way: number}).status_code == 302
    assert [admin.user for admin in queries.admins(cast.agency)] == [cast.dave.user]


def test_the_operator_invites_an_admin_where_there_is_none_and_only_there(cast: Cast) -> None:
    page, invite = f"/operation/agencies/{cast.agency.pk}/", {"email": GINA, "invite": "yes"}
    carol = row_of(cast.carol)
    assert cast.olga.client.post(page, invite).status_code == 409
    actions.remove_officer(carol.pk, cast.agency.pk, cast.olga.user, clock.now())
    assert "No admin" in cast.olga.client.get("/operation/").content.decode()
    assert cast.olga.client.post(page, invite).status_code == 302
    assert Invitation.objects.get(email=GINA).is_admin


def test_who_is_idle_for_180_days_is_out_at_the_door_and_then_closed(cast: Cast) -> None:
    now, dave = clock.now(), row_of(cast.dave)
    Officer.objects.filter(pk=dave.pk).update(active_at=now - timedelta(days=180))
    assert cast.dave.client.get("/agency/").status_code == 404, "before the job came round"
    assert officers.close_idle(now) == 1
    dave.refresh_from_db()
    assert (dave.removed_for, User.objects.get(pk=dave.user_id).is_active) == ("idle", False)
    assert officers.close_idle(now) == 0
    answer = Client().post("/accounts/login/", {"login": cast.dave.user.email, "password": PASSWORD})
    assert answer.headers.get("Location", "").startswith("/accounts/2fa/") is False


def test_who_comes_within_180_days_stays(cast: Cast) -> None:
    now, dave = clock.now(), row_of(cast.dave)
    Officer.objects.filter(pk=dave.pk).update(active_at=now - timedelta(days=179))
    assert cast.dave.client.get("/agency/").status_code == 200
    assert officers.close_idle(now + timedelta(days=100)) == 0


def test_a_closed_account_opens_again_by_the_admins_invitation_and_for_no_other_reason(cast: Cast) -> None:
    now, dave = clock.now(), row_of(cast.dave)
    given = {"may_ask": False, "may_collect": False, "is_admin": False}
    Officer.objects.filter(pk=dave.pk).update(active_at=now - LATER)
    officers.close_idle(now)
    token = officers.invite(cast.carol.user, cast.dave.user.email, now, **given)
    dave.user.refresh_from_db()
    assert dave.user.is_active
    assert actions.accept_invitation(token, dave.user, now).agency == cast.agency
    User.objects.filter(pk=cast.mallory.user.pk).update(is_active=False, email=GINA)
    officers.invite(cast.carol.user, GINA, now, **given)
    assert not User.objects.get(email=GINA).is_active, "closed by the operator, and not for being idle"


def test_the_desk_hears_when_the_only_admins_account_is_closed(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    carol = row_of(cast.carol)
    Officer.objects.filter(pk=carol.pk).update(active_at=clock.now() - LATER)
    with django_capture_on_commit_callbacks(execute=True):
        officers.close_idle(clock.now())
    assert [(letter.to, "no admin" in letter.subject) for letter in mail.outbox] == [
        ([cast.agency.email], True)
    ]


def test_the_review_of_the_list_is_of_the_list_as_shown_and_is_asked_for_each_quarter(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    assert cast.carol.user != cast.dave.user
    now = clock.now()
    assert not queries.reviews_due(now).exists()
    assert queries.reviews_due(now + timedelta(days=91)).get() == cast.agency
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            officers.remind(now + timedelta(days=91))
    assert [letter.to for letter in mail.outbox] == [[cast.carol.user.email]], "once"
    wrong = cast.carol.client.post("/agency/officers/", {"reviewed": "yes", "shown": "1"})
    assert wrong.status_code == 409
    assert cast.carol.client.post("/agency/officers/", {"reviewed": "yes", "shown": "2"}).status_code == 302
    review = queries.reviews(cast.agency).get()
    assert (review.officer.user, review.officers) == (cast.carol.user, 2)
    assert not queries.reviews_due(review.reviewed_at + timedelta(days=89)).exists()


def test_each_act_is_a_line_for_the_agency_a_sealed_entry_in_the_log_and_no_name_in_public(
    cast: Cast, witness: Witness
) -> None:
    roles = {"roles": str(row_of(cast.dave).pk), "may_ask": "on"}
    cast.carol.client.post("/agency/officers/", roles)
    civic.log()
    act = OfficerAct.objects.get()
    assert (act.what, act.officer.user) == ("officer.roles", cast.carol.user)
    sealed = leaf.parse(bytes(act.entry.leaf))
    assert set(sealed) == {"c", "type", "v"}
    for person in (cast.carol, cast.dave):
        page = person.client.get("/agency/history/").content.decode()
        assert cast.carol.user.email in page
        assert "Changed what an officer may do" in page
        assert "dave@police.elmford.example: may ask" in page.replace("<wbr>", "")
    public = [Client().get(path).content for path in (f"/agencies/{cast.agency.pk}/", "/agencies/", "/")]
    public += [path.read_bytes() for path in home.public_log().rglob("*") if path.is_file()]
    assert not [text for text in public if b"carol@" in text or b"dave@" in text]


def test_the_history_of_an_agency_is_not_anothers(cast: Cast) -> None:
    cast.carol.client.post("/agency/officers/", {"roles": str(row_of(cast.dave).pk)})
    frank = civic.officer_elsewhere(cast)
    assert "carol@" not in frank.get("/agency/history/").content.decode()
    for outsider in (cast.alice, cast.olga, cast.erin):
        assert outsider.client.get("/agency/history/").status_code == 404


def test_an_auditor_checks_the_list_of_acts_against_the_log(cast: Cast, witness: Witness) -> None:
    client = cast.carol.client
    client.post("/agency/officers/", {"roles": str(row_of(cast.dave).pk), "may_ask": "on"})
    client.post("/agency/officers/", {"reviewed": "yes", "shown": "2"})
    civic.log()
    listed = queries.told_acts(cast.agency)
    assert len(listed["acts"]) == 2

    def check(change: Any = None) -> list[str]:
        given = json.loads(json.dumps(listed))
        if change is not None:
            change(given)
        report = told.check(json.dumps(given).encode(), Path(home.public_log()))
        return [fault.rule for fault in report.faults]

    assert check() == []

    def name_another(given: Any) -> None:
        given["acts"][0]["opening"]["fields"]["officer"]["value"] = "mallory@police.elmford.example"

    assert check(name_another) == ["opening-mismatch"]
    assert check(lambda given: given["acts"][0].update(index=0)) == ["act-entry"]
    assert check(lambda given: given["acts"].append(given["acts"][0])) == ["act-index"]
    assert check(lambda given: given["acts"][0].update(index=10**6)) == ["tile-path"]
    assert check(lambda given: given.update(agency="a" * 16)) == ["act-agency"] * 2
    assert check(lambda given: given.update(v=2)) == ["acts-malformed"]
    assert check(lambda given: given.pop("acts")) == ["acts-malformed"]


def renewed(cast: Cast, **changes: Any) -> str:
    """Carol asks for the renewal and signs; the operators look again. Gives the application's id."""
    at = clock.now()
    fields = flow.form(cast.agency.core(), "carol") | changes
    row = flow.signed(fields, at, renews=cast.agency)
    return flow.looked_into(row, cast.olga.user, at).pk


def test_a_renewal_changes_the_promise_and_moves_the_end_and_both_stand_in_the_log(cast: Cast) -> None:
    joined, carol = cast.agency.verified_at, row_of(cast.carol)
    Agency.objects.filter(pk=cast.agency.pk).update(until=clock.now() + timedelta(days=1))
    row = renewed(cast, retention_days=30)
    for operator in (cast.olga, cast.otto):
        shown = applications.shown_sha256(Application.objects.get(pk=row))
        assert applying.approve(row, shown, operator.user, clock.now()).findings == ()
    agency = Agency.objects.get(pk=cast.agency.pk)
    assert (agency.retention_days, agency.verified_at) == (30, joined)
    assert agency.until is not None
    assert agency.until > clock.now() + timedelta(days=364)
    assert Entry.objects.filter(kind="agency.verified", subject=agency.pk).count() == 2
    assert not Invitation.objects.exists(), "its officers stay who they are"
    carol.refresh_from_db()
    assert carol.removed_at is None


def test_a_renewal_keeps_name_and_domain_and_one_waits_at_a_time(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    client = cast.carol.client
    form = {"region": "Elmford", "retention_days": "90", "phone": "+1 213 555 0199", "name": "Another Police"}
    form |= {"email": cast.agency.email, "applicant_email": cast.carol.user.email, "domain": "evil.example"}
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post("/agency/renewal/", form).status_code == 200
    row = Application.objects.get(renews=cast.agency, signed_at=None)
    assert (row.name, row.domain, row.retention_days) == (cast.agency.name, cast.agency.domain, 90)
    renewed(cast)
    assert client.post("/agency/renewal/", form).status_code == 422
    assert cast.dave.client.get("/agency/renewal/").status_code == 404


def test_reminders_of_the_renewal_go_out_once_each_and_then_it_lapses(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    assert cast.carol
    until = cast.agency.until
    assert until is not None
    Reminder.objects.create(
        agency=cast.agency, about=f"review {cast.agency.verified_at:%Y-%m-%d}", sent_at=until
    )
    for days in (31, 30, 29, 7, 7, 1, 0, -1):
        with django_capture_on_commit_callbacks(execute=True):
            officers.remind(until - timedelta(days=days))
    both = [[cast.carol.user.email], [cast.agency.email]]
    assert [letter.to for letter in mail.outbox] == both * 4, "30, 7 and 1 days before, and when it lapsed"
    assert "lapsed" in mail.outbox[-1].subject


def test_an_agency_that_lapsed_or_is_suspended_can_submit_nothing(cast: Cast) -> None:
    reason = {"reason": "It asked for everybody's faces.", "suspend": "yes"}
    page = f"/operation/agencies/{cast.agency.pk}/"
    assert cast.olga.client.post(page, {**reason, "reason": ""}).status_code == 422
    assert cast.olga.client.post(page, reason).status_code == 302
    answer = cast.carol.client.post("/agency/rfas/new/", {**civic.form(), "submit": "yes"})
    assert "suspended" in answer.content.decode()
    assert answer.status_code == 422
    assert cast.olga.client.post(page, reason).status_code == 409
    closed = cast.carol.client.get("/agency/handovers/")
    assert (closed.status_code, "agency-is-suspended" in closed.content.decode()) == (409, True)
    entry = Entry.objects.get(kind="agency.suspended", subject=cast.agency.pk)
    assert b"faces" in bytes(entry.text or b"")
    assert b"faces" not in bytes(entry.leaf)
    assert cast.otto.client.post(page, {"reinstate": "yes"}).status_code == 302
    assert cast.otto.client.post(page, {"reinstate": "yes"}).status_code == 409
    Agency.objects.filter(pk=cast.agency.pk).update(until=clock.now() - timedelta(days=1))
    answer = cast.carol.client.post("/agency/rfas/new/", {**civic.form(), "submit": "yes"})
    assert (answer.status_code, "lapsed" in answer.content.decode()) == (422, True)


def test_an_agency_that_leaves_has_no_officers_keeps_its_history_and_frees_its_domain(cast: Cast) -> None:
    client, facts = cast.carol.client, cast.agency.core()
    assert cast.dave
    assert client.post("/agency/officers/", {"leave": "yes", "name": "Elmford"}).status_code == 409
    assert client.post("/agency/officers/", {"leave": "yes", "name": facts.name}).status_code == 302
    civic.log()
    assert not Officer.objects.filter(removed_at=None).exists()
    assert client.get("/agency/").status_code == 404
    assert Client().get(f"/agencies/{facts.id}/").status_code == 200
    assert Entry.objects.filter(kind="agency.left", subject=facts.id).count() == 1
    again = cast.olga.client.post(f"/operation/agencies/{facts.id}/", {"left": "yes"})
    assert again.status_code == 409
    assert cast.admit(facts).pk != facts.id


def test_no_remembered_device_skips_the_second_factor(cast: Cast) -> None:
    client, log_in = Client(), {"login": cast.carol.user.email, "password": PASSWORD, "remember": "on"}
    client.post("/accounts/login/", log_in)
    page = client.get("/accounts/2fa/authenticate/")
    assert b"trust" not in page.content.lower()
    done = client.post("/accounts/2fa/authenticate/", {"code": cast.carol.code(), "trust": "on"})
    assert done.headers["Location"] == "/agency/"
    client.post("/accounts/logout/")
    client.cookies["mfa_trusted"] = "anything"
    answer = client.post("/accounts/login/", log_in)
    assert answer.headers["Location"].startswith("/accounts/2fa/authenticate/")
    assert client.get("/agency/").headers["Location"].startswith("/accounts/login/")
    again = Client()
    again.cookies.update({name: value for name, value in client.cookies.items() if name != "sessionid"})
    answer = again.post("/accounts/login/", log_in)
    assert answer.headers["Location"].startswith("/accounts/2fa/authenticate/")
