"""Alice hands a clip over in a browser; Carol opens it; a lie of the server's is seen; Alice withdraws.

The request is Fern's fire request of the demo town, which asks for Alice's camera and time. What Fern's
agency fetches is opened with the agency's own key and verified by the console command.
"""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.stories.browsing import Person, Town
from tests.stories.conftest import Meet
from tests.stories.looking import wrong_in
from vicinage.seal.keys import Identity

REASON = "Cause of the fire"


@pytest.fixture
def rfa(town: Town) -> str:
    """The request that still waits for an answer."""
    return town.made("rfa smoke")


@pytest.fixture(scope="module")
def handed() -> dict[str, Any]:
    """What Alice did, for the stories after: id of the hand-over, paths that Fern may fetch."""
    return {}


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where Alice and Fern keep what they download."""
    return tmp_path_factory.mktemp("kept")


def consent(alice: Person, rfa: str) -> Page:
    """The consent screen."""
    return alice.open(f"/home/rfas/{rfa}/answer/")


def is_refused(page: Page, why: str) -> None:
    """The screen names the trouble and offers nothing to agree to."""
    expect(page.get_by_role("alert")).to_contain_text(why)
    expect(page.locator("form[data-part=form]")).to_be_hidden()
    expect(page.get_by_role("button", name=re.compile("^Hand over"))).to_be_hidden()


def answered_otherwise(route: Route, change: Any) -> None:
    """Let the real answer pass through `change` (bytes to bytes)."""
    answer = route.fetch()
    route.fulfill(response=answer, body=change(answer.body()))


def flip(proof: bytes) -> bytes:
    """A proof with one letter of its first hash changed."""
    lines = proof.split(b"\n")
    at = next(number for number, line in enumerate(lines) if re.fullmatch(rb"[A-Za-z0-9+/]{43}=", line))
    lines[at] = (b"B" if lines[at][:1] == b"A" else b"A") + lines[at][1:]
    return b"\n".join(lines)


def test_she_is_told_how_many_of_her_clips_are_asked_for(alice: Person, rfa: str) -> None:
    page = alice.open("/home/")
    banner = page.locator(f'[data-rfa="{rfa}"]')
    expect(banner).to_contain_text(re.compile(r"You have \d+ clips from that time\."))
    banner.get_by_role("link", name="Look at it and decide").click()
    page.wait_for_url(f"**/home/rfas/{rfa}/answer/")


def test_a_tampered_proof_makes_the_screen_refuse(alice: Person, rfa: str) -> None:
    alice.page.route("**/log/proof/*", lambda route: answered_otherwise(route, flip))
    is_refused(consent(alice, rfa), "proof")


def test_a_swapped_agency_key_makes_the_screen_refuse(alice: Person, rfa: str) -> None:
    mallorys = Identity.generate().recipient

    def swap(body: bytes) -> bytes:
        told = json.loads(body)
        told["agency"]["recipient"] = mallorys
        return json.dumps(told).encode()

    alice.page.route("**/rfas/*.json", lambda route: answered_otherwise(route, swap))
    is_refused(consent(alice, rfa), "The key shown is not the key that the log holds")


def test_a_swapped_key_in_the_logs_own_leaf_makes_the_screen_refuse(alice: Person, rfa: str) -> None:
    mallorys = Identity.generate().recipient.encode()
    true = json.loads(alice.context.request.get(f"{alice.town.origin}/rfas/{rfa}.json").body())["agency"]
    swapped = true["recipient"].encode()
    for path in ("**/rfas/*.json", "**/log/leaf/*"):
        alice.page.route(
            path, lambda route: answered_otherwise(route, lambda body: body.replace(swapped, mallorys))
        )
    is_refused(consent(alice, rfa), "proof")


def test_an_entry_after_the_agencys_key_that_is_hidden_makes_the_screen_refuse(
    alice: Person, rfa: str
) -> None:
    """As a server would that hides a revocation: it shows another entry in its place."""

    def hide(body: bytes) -> bytes:
        return body.replace(b"rfa.published", b"rfa.publishes")

    alice.page.route("**/log/tile/entries/**", lambda route: answered_otherwise(route, hide))
    is_refused(consent(alice, rfa), "not those that it signed")


def test_a_changed_text_makes_the_screen_refuse(alice: Person, rfa: str) -> None:
    alice.page.route(
        "**/rfas/*.json",
        lambda route: answered_otherwise(route, lambda body: body.replace(b"white van", b"black van")),
    )
    is_refused(consent(alice, rfa), "The text shown is not the text that was logged")


def test_she_sees_who_gets_what_and_hands_a_clip_over(
    alice: Person, rfa: str, handed: dict[str, Any], kept: Path
) -> None:
    page = consent(alice, rfa)
    expect(page.locator('[data-part="check-list"] li')).to_have_count(4)
    expect(page.locator('[data-part="check-list"]')).to_contain_text("We read all of it.")
    clips = page.locator("ul.clips input[type=checkbox]")
    assert clips.count() > 1
    send = page.get_by_role("button", name=re.compile("^Hand over"))
    expect(send).to_be_disabled()
    clips.first.check()
    handed["clip"] = clips.first.input_value()
    page.get_by_label("Your name").fill("Alice Archer")
    page.get_by_label("E-mail, phone or address").fill("alice@larkmeadow.example")
    terms = page.locator("section", has=page.get_by_role("heading", name="3. What you agree to"))
    for said in (
        "Larkmeadow Fire and Rescue",
        "LFR-2304",
        "1 clip",
        "Alice Archer",
        "at most 30 days",
        "age1",
    ):
        expect(terms).to_contain_text(said)
    expect(terms).to_contain_text("What cannot be undone")

    page.get_by_label("Code of your authenticator app").fill("000000")
    send.click()
    expect(page.get_by_role("alert")).to_be_visible()
    alice.forgive("the server responded with a status of 4")
    page.get_by_label("Code of your authenticator app").fill(alice.code())
    send.click()
    page.get_by_role("heading", name="Handed over").wait_for()
    expect(page.locator('[data-part="receipt-line"]')).to_contain_text("it holds")
    assert wrong_in(page) == []
    for name in ("consent.leaf", "consent.tlog-proof", "consent.json"):
        with page.expect_download() as download:
            page.get_by_role("link", name=name).click()
        download.value.save_as(kept / name)
    page.get_by_role("link", name="See all your hand-overs").click()
    page.get_by_role("link", name=re.compile("Larkmeadow Fire and Rescue: Smoke")).click()
    handed["id"] = page.url.split("/")[-2]
    expect(page.get_by_text("The agency has fetched nothing so far.")).to_be_visible()


def test_anyone_checks_her_receipt_in_a_browser_and_a_changed_one_fails(meet: Meet, kept: Path) -> None:
    page = meet("anyone").open("/verify/")
    page.get_by_label("The entry (.leaf)").set_input_files(kept / "consent.leaf")
    page.get_by_label("Its proof (.tlog-proof)").set_input_files(kept / "consent.tlog-proof")
    page.get_by_role("button", name="Check the files").click()
    expect(page.locator('[data-part="verdict"]')).to_have_text("The proof holds.")
    spoilt = kept / "spoilt.tlog-proof"
    spoilt.write_bytes(flip((kept / "consent.tlog-proof").read_bytes()))
    page.get_by_label("Its proof (.tlog-proof)").set_input_files(spoilt)
    page.get_by_role("button", name="Check the files").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator('[data-part="result"]')).to_be_hidden()


def test_the_agency_opens_the_clip_and_its_package_verifies(
    meet: Meet, town: Town, handed: dict[str, Any], kept: Path
) -> None:
    page = meet("fern").open("/agency/handovers/")
    page.get_by_role("link", name=re.compile("LFR-2304: Alice Archer")).click()
    assert page.url.split("/")[-2] == handed["id"]
    page.get_by_label("Why you download it").fill(REASON)
    for button, name in ((f"{handed['clip']}.age", "clip.age"), ("package.zip", "package.zip")):
        with page.expect_download() as download:
            page.get_by_role("button", name=button).click()
        download.value.save_as(kept / name)
    handed["paths"] = [
        f"/agency/handovers/{handed['id']}/{path}"
        for path in ("", f"clips/{handed['clip']}.age", "package.zip")
    ]
    (kept / "agency-identity.txt").write_text(town.kept("fire-identity.txt"))
    opened = subprocess.run(
        ["age", "-d", "-i", kept / "agency-identity.txt", kept / "clip.age"], capture_output=True, check=True
    )
    assert opened.stdout[4:8] == b"ftyp"
    command = [sys.executable, "-m", "vicinage.cli", "verify", str(kept / "package.zip")]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stdout + said.stderr


def statuses(person: Person, paths: list[str]) -> list[int]:
    """What this person's browser is answered at these paths; downloads have a reason."""
    origin = person.town.origin
    cookies = {cookie["name"]: cookie["value"] for cookie in person.context.cookies(origin)}
    headers = {"X-CSRFToken": cookies.get("csrftoken", ""), "Referer": f"{origin}/"}
    ask = person.context.request
    return [
        ask.get(origin + path).status
        if path.endswith("/")
        else ask.post(origin + path, headers=headers, form={"reason": REASON}).status
        for path in paths
    ]


@pytest.mark.parametrize("name", ["dave", "carol", "mallory"])
def test_nobody_else_gets_it(name: str, meet: Meet, handed: dict[str, Any]) -> None:
    """Dave has no authority, Carol's is another agency, Mallory has none at all."""
    assert statuses(meet(name), handed["paths"]) == [404, 404, 404]


def test_what_alice_withdraws_is_served_no_more(alice: Person, meet: Meet, handed: dict[str, Any]) -> None:
    fern = meet("fern")
    assert statuses(fern, handed["paths"]) == [200, 200, 200]
    page = alice.open(f"/home/handovers/{handed['id']}/")
    expect(page.get_by_text("package.zip").or_(page.get_by_text("package")).first).to_be_visible()
    page.get_by_role("button", name="Withdraw this hand-over").click()
    expect(page.get_by_text("Withdrawn", exact=True)).to_be_visible()
    assert statuses(fern, handed["paths"]) == [404, 404, 404]
    expect(fern.open("/agency/handovers/").get_by_text("Alice Archer")).to_have_count(0)
