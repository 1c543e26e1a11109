"""What officers did, and what operators saw, is told in words, whatever code it has."""

import ast
from pathlib import Path

import vicinage.server
from tests.cast import Cast
from tests.server import civic
from vicinage.core.rules import EVIDENCE
from vicinage.server import clock
from vicinage.server.agencies import actions, queries, telling
from vicinage.server.agencies.models import Agency, Officer

HERE = Path(vicinage.server.__file__).parent


def codes_of_acts() -> set[str]:
    """The second argument of every call of the ledger's `act` for an officer, in all apps."""
    found = set()
    for path in HERE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and len(node.args) == 4 and isinstance(node.args[1], ast.Constant):
                name = (
                    node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                )
                found |= {str(node.args[1].value)} if name == "act" else set()
    return found


def test_every_act_that_anybody_can_do_has_words() -> None:
    assert len(codes_of_acts()) > 15
    assert codes_of_acts() == set(telling.ACTS)


def test_every_kind_of_evidence_has_words() -> None:
    assert set(EVIDENCE) == set(telling.EVIDENCE)


def test_the_history_names_the_person_an_act_was_done_to_and_links_the_request(cast: Cast) -> None:
    assert cast.dave
    rfa = civic.submit(cast)
    dave = Officer.objects.get(user=cast.dave.user)
    cast.carol.client.post("/agency/officers/", {"roles": str(dave.pk), "may_collect": "on"})
    changed, submitted = telling.acts(cast.agency, queries.acts(cast.agency))
    assert (submitted.rfa, submitted.person, submitted.more) == (rfa, "", "")
    assert (changed.person, changed.more, changed.rfa) == (cast.dave.user.email, "may collect", "")
    page = cast.dave.client.get("/agency/history/").content.decode()
    assert f'href="/agency/rfas/{rfa}/"' in page
    assert "rfa.submitted" not in page
    assert cast.dave.client.get(f"/agency/rfas/{rfa}/").status_code == 200


def test_the_agencys_page_leads_to_all_its_other_pages(cast: Cast) -> None:
    page = cast.carol.client.get("/agency/").content.decode()
    for path in ("officers/", "history/", "key/", "posts/", "handovers/", "renewal/", "rfas/new/"):
        assert f'href="/agency/{path}"' in page, path
        assert 'href="/agency/"' in cast.carol.client.get(f"/agency/{path}").content.decode()


def test_the_agencys_page_says_that_it_is_suspended_and_why_and_offers_no_request(cast: Cast) -> None:
    actions.suspend(cast.agency.pk, "It shared accounts.", cast.olga.user, clock.now())
    page = cast.carol.client.get("/agency/").content.decode()
    assert "It shared accounts." in page
    assert 'href="/agency/rfas/new/"' not in page


def test_the_agencys_page_says_that_the_verification_lapsed_and_where_to_renew_it(cast: Cast) -> None:
    assert "lapsed" not in cast.carol.client.get("/agency/").content.decode()
    Agency.objects.filter(pk=cast.agency.pk).update(until=clock.now())
    page = cast.carol.client.get("/agency/").content.decode()
    assert "The verification lapsed" in page
    assert 'href="/agency/rfas/new/"' not in page
    assert page.count('href="/agency/renewal/"') == 2


def test_it_leads_an_officer_without_authority_to_what_opens_for_them_alone(cast: Cast) -> None:
    assert cast.dave
    page = cast.dave.client.get("/agency/").content.decode()
    for path in ("key/", "handovers/", "renewal/", "rfas/new/"):
        assert f'href="/agency/{path}"' not in page, path
    for path in ("officers/", "history/", "posts/"):
        assert cast.dave.client.get(f"/agency/{path}").status_code == 200
