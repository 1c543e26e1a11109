"""What a person wants to be told: kept for good, changed by them alone, or by who holds their link."""

import re
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast, Person
from vicinage.server.accounts import actions, queries
from vicinage.server.accounts.models import Choices, User

pytestmark = pytest.mark.django_db


def told(person: Person) -> tuple[bool, bool, bool]:
    """Mail, push, pages: what this person takes now."""
    choices = queries.choices_of(person.user)
    return choices.takes_mail, choices.takes_push, choices.sees_rfas


def post(link: str, **fields: str) -> Any:
    """As a browser or a mail program without any cookie does, with the check of forms switched on."""
    return Client(enforce_csrf_checks=True).post(link, fields)


def test_who_never_chose_is_told_everything_and_has_no_row(cast: Cast) -> None:
    assert told(cast.alice) == (True, True, True)
    assert "checked" in cast.alice.client.get("/home/choices/").content.decode()
    assert Choices.objects.count() == 0


def test_the_settings_page_sets_each_choice_both_ways(cast: Cast) -> None:
    client = cast.alice.client
    assert client.post("/home/choices/", {"may_push": "on"}).status_code == 302
    assert told(cast.alice) == (False, True, False)
    page = client.get("/home/choices/").content.decode()
    assert re.findall(r'name="(\w+)" id="[\w-]+" checked', page) == ["may_push"]
    client.post("/home/choices/", {"may_mail": "on", "may_show_rfas": "on"})
    assert told(cast.alice) == (True, False, True)


def test_out_of_everything_holds_beside_any_other_choice_and_leaves_those_as_they_were(cast: Cast) -> None:
    client = cast.alice.client
    client.post("/home/choices/", {"may_mail": "on", "may_push": "on", "is_out": "on"})
    assert told(cast.alice) == (False, False, False)
    client.post("/home/choices/", {"may_mail": "on", "may_push": "on"})
    assert told(cast.alice) == (True, True, False)


@pytest.mark.parametrize(
    ("what", "left"),
    [
        ("mail", (False, True, True)),
        ("push", (True, False, True)),
        ("rfas", (True, True, False)),
        ("everything", (False, False, False)),
    ],
)
def test_the_link_opts_out_of_each_without_a_log_in_and_says_so(
    cast: Cast, what: str, left: tuple[bool, bool, bool]
) -> None:
    link = actions.link(cast.alice.user)
    answer = post(link, what=what)
    assert answer.status_code == 200
    assert "Done. It holds from now on" in answer.content.decode()
    assert told(cast.alice) == left
    assert post(link, what=what).status_code == 200
    assert told(cast.alice) == left
    assert told(cast.bob) == (True, True, True)


def test_to_look_at_the_link_changes_nothing(cast: Cast) -> None:
    link = actions.link(cast.alice.user)
    for _ in range(2):
        page = Client().get(link)
        assert page.status_code == 200
        assert "Nothing changes until you press a button" in page.content.decode()
    assert Client().head(link).status_code == 200
    assert told(cast.alice) == (True, True, True)


def test_a_mail_programs_one_click_opts_out_of_mail(cast: Cast) -> None:
    link = actions.link(cast.alice.user)
    assert post(link, **{"List-Unsubscribe": "One-Click"}).status_code == 200
    assert told(cast.alice) == (False, True, True)


@pytest.mark.parametrize("fields", [{}, {"what": ""}, {"what": "may_mail"}, {"what": "is_moderator"}])
def test_a_post_that_names_nothing_changes_nothing(cast: Cast, fields: dict[str, str]) -> None:
    assert post(actions.link(cast.alice.user), **fields).status_code == 400
    assert told(cast.alice) == (True, True, True)


def test_the_link_never_opts_in(cast: Cast) -> None:
    link = actions.link(cast.alice.user)
    post(link, what="everything")
    post(link, what="mail", may_mail="on", is_out="")
    cast.alice.client.post(link, {"what": "push", "may_mail": "on"})
    assert told(cast.alice) == (False, False, False)


def test_the_link_is_the_same_for_good_and_another_for_each_person(cast: Cast) -> None:
    links = [actions.link(person.user) for person in (cast.alice, cast.alice, cast.bob)]
    assert links[0] == links[1] != links[2]
    assert str(cast.alice.user.pk) not in re.split(r"[/.]", links[0])
    assert "alice" not in Client().get(links[0]).content.decode()


def test_a_link_that_we_did_not_sign_is_no_page(cast: Cast) -> None:
    link = actions.link(cast.alice.user)
    key, signature = link.split("/")[2].split(".")
    other = Choices.objects.get(user=cast.alice.user).key
    assert other == key
    never = [f"{key}.{signature[:-1]}", f"{key}.", key, f"{'a' * 16}.{signature}", "x.y.z", "é" * 300]
    for token in never:
        assert Client().get(f"/choices/{token}/").status_code == 404
        assert post(f"/choices/{token}/", what="everything").status_code == 404
    assert told(cast.alice) == (True, True, True)


def test_the_links_page_is_kept_by_nobody_and_its_address_is_told_to_no_site(cast: Cast) -> None:
    answer = Client().get(actions.link(cast.alice.user))
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["X-Robots-Tag"] == "noindex"


def test_the_link_works_for_somebody_whose_second_factor_is_not_set_up(cast: Cast) -> None:
    newcomer = User.objects.create(email="new@homes.example", joined_at=cast.alice.user.joined_at)
    client = Client()
    client.force_login(newcomer)
    link = actions.link(newcomer)
    assert client.post(link, {"what": "mail"}).status_code == 200
    assert not queries.choices_of(newcomer).takes_mail


def test_officers_have_no_such_page_and_strangers_log_in_first(cast: Cast) -> None:
    assert cast.carol.client.get("/home/choices/").status_code == 404
    assert Client().get("/home/choices/").headers["Location"].startswith("/accounts/login/")
    assert Client().post("/home/choices/", {"is_out": "on"}).status_code == 302
    assert Choices.objects.count() == 0


def test_who_takes_mail_is_who_did_not_opt_out_of_it_and_is_here(cast: Cast) -> None:
    people = {name: getattr(cast, name).user for name in ("alice", "bob", "mallory", "erin", "olga")}
    actions.opt_out(people["bob"], "mail")
    actions.opt_out(people["mallory"], "everything")
    actions.opt_out(people["erin"], "rfas")
    User.objects.filter(pk=people["olga"].pk).update(is_active=False)
    assert set(queries.who_take_mail(User.objects.all())) == {people["alice"], people["erin"]}
