"""Under the rules of 2019: Carol asks, Erin passes it on, Alice gets a real mail and answers in her browser,
the agency collects; then it closes, becomes public, and an audit replays it all.

A server of its own, without the demo town, that mails to a mail server on loopback.
"""

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.fakes.mail_server import MailServer
from tests.stories.browsing import WIDE, Person, Town, stranger, until
from tests.stories.looking import wrong_in
from vicinage.core import clip as clips
from vicinage.core.clip import ClipStatement
from vicinage.core.span import Span, format_instant
from vicinage.demo.cast import Cast
from vicinage.demo.people import FOLDER
from vicinage.demo.town import place
from vicinage.device import officer, vault
from vicinage.device.owner import Owner
from vicinage.device.second_factor import Authenticator
from vicinage.run.platform import free_port
from vicinage.seal import box, header, sign
from vicinage.wire import encode
from vicinage.wire.hub import ClipOffer
from vicinage.wire.pairing import Pairing, parse_code

TITLE = "Jewellery taken from a house on Main Avenue"
TEXT = "Somebody broke into a house in the afternoon and left on foot. We look for clips of the street."
NOW = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
FROM, TO = NOW - timedelta(hours=6), NOW - timedelta(hours=3)


@dataclass
class Place:
    """The server, its mail, its people; Alice's ten words; the request's id once it is asked."""

    town: Town
    mail: MailServer
    cast: Cast
    words: str
    rfa: str = ""

    def mails_to(self, name: str) -> list[str]:
        """Requests that were mailed to this person, as text."""
        told = [mail for mail in self.mail.mails if mail["To"].startswith(f"{name}@")]
        asked = [mail for mail in told if mail["Subject"].startswith("Request for Assistance")]
        return [str(mail.get_content()).replace("\r\n", "\n") for mail in asked]


def record_clip(origin: str, pairing: Pairing) -> None:
    """A clip of that time, sealed and handed in as the camera's hub does."""
    video, payload, file_key = b"\0\0\0\x18ftypisom" * 4000, io.BytesIO(), box.new_file_key()
    sealed = box.seal_stream(io.BytesIO(video), payload, file_key)
    start = FROM + timedelta(hours=1)
    stated = ClipStatement(
        clip="abcdefghijklmnop",
        camera=pairing.camera,
        span=Span(start, start + timedelta(seconds=9)),
        clock_offset_ms=3,
        sha256=sealed.sha256_plain,
        size=sealed.size_plain,
        payload_sha256=sealed.sha256_payload,
        codec="h264",
        width=1280,
        height=720,
        motion=((0, 4000),),
        hub=sign.public_key(pairing.seed),
    )
    signed = sign.sign(pairing.seed, clips.signed_bytes(stated))
    label = json.dumps({"v": 1, "statement": stated.members(), "signature": signed}).encode()
    offer = ClipOffer(
        id=stated.clip,
        camera=pairing.camera,
        start=format_instant(stated.span.start, milliseconds=True),
        end=format_instant(stated.span.end, milliseconds=True),
        payload_sha256=sealed.sha256_payload,
        payload_size=len(payload.getvalue()),
        header=header.make(file_key, pairing.recipients),
        label=box.seal_bytes(label, pairing.recipients),
        thumbnail=b"",
    )
    known = {"Authorization": f"Bearer {pairing.token}"}
    with httpx.Client(base_url=origin, headers=known) as hub:
        hub.post("/api/hub/clips", content=encode(offer)).raise_for_status()
        part = hub.patch(
            f"/api/hub/clips/{stated.clip}/payload",
            content=payload.getvalue(),
            headers={"Upload-Offset": "0"},
        )
        assert part.json()["complete"], part.text


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A server under the rules of 2019 with its people, and Alice's clip of that afternoon."""
    home, mail = tmp_path_factory.mktemp("mediated"), MailServer()
    mail.handler.folder = home / "mail"
    mail.start()
    settings = {
        "VICINAGE_REGIME": "mediated-2019",
        "VICINAGE_SMTP_URL": f"smtp+plain://127.0.0.1:{mail.port}",
        "VICINAGE_MAIL_SPREAD": "1",
    }
    town = Town(home, free_port(), "--bare", **settings)
    try:
        town.start()
        cast = Cast(town.origin, home, home / FOLDER)
        cast.make_agency("police")
        vault.publish_key(cast.session("carol"))
        alice, words = Owner.make_household(cast.session("alice"))
        _, code = alice.add_camera("Front door", place(40, 20))
        record_clip(town.origin, parse_code(code))
        bob, _ = Owner.make_household(cast.session("bob"))
        bob.add_camera("Porch", place(-60, 30))
        bob.session.submit("/home/choices/", {"is_out": "on"})
        yield Place(town, mail, cast, words)
    finally:
        town.stop()
        mail.stop()


@pytest.fixture(scope="module")
def browsers() -> dict[str, Person]:
    """Who has a browser open."""
    return {}


@pytest.fixture
def person(there: Place, chromium: Browser, browsers: dict[str, Person]) -> "Iterator[People]":
    """Someone by name, logged in; "anyone" is not. At the end nobody's console may have complained."""
    yield People(there, chromium, browsers)
    complaints = {name: someone.errors for name, someone in browsers.items() if someone.errors}
    assert complaints == {}


@dataclass
class People:
    """Browsers of the people of this place."""

    there: Place
    chromium: Browser
    open: dict[str, Person]

    def __call__(self, name: str) -> Person:
        """This person's browser."""
        if name not in self.open:
            self.open[name] = self._new(name)
        return self.open[name]

    def _new(self, name: str) -> Person:
        if name == "anyone":
            return stranger(self.there.town, self.chromium)
        known = self.there.cast.account(name)
        context = self.chromium.new_context(viewport=WIDE)
        someone = Person(self.there.town, context, Authenticator(known.authenticator.secret))
        someone.log_in(known.email, known.password)
        return someone


def test_carol_asks_and_is_told_that_it_waits(person: People, there: Place) -> None:
    page = person("carol").open("/agency/rfas/new/")
    centre = place(0, 0)
    times = {"window_from": f"{FROM:%Y-%m-%dT%H:%M}", "window_to": f"{TO:%Y-%m-%dT%H:%M}"}
    words = {"title": TITLE, "text": TEXT, "reference": "LPD-2026-0500", "contact": "+1 402 555 0118"}
    for name, value in {**words, **times, "area_text": f"{centre.lat:.6f}, {centre.lon:.6f}, 300"}.items():
        page.locator(f"#id_{name}").fill(value)
    page.locator("#id_offence").select_option("burglary")
    expect(page.locator('[data-part="state"]')).to_contain_text("Nothing stands against it.")
    page.get_by_role("button", name="Submit for review").click()
    page.wait_for_url(re.compile(r"/agency/rfas/[a-z2-7]{16}/$"))
    there.rfa = page.url.split("/")[-2]
    assert there.mails_to("alice") == []


def test_erin_answers_the_questions_and_passes_it_on(person: People, there: Place) -> None:
    page = person("erin").open(f"/moderation/rfas/{there.rfa}/")
    for question in page.locator("fieldset.question").all():
        question.locator(f"input[value={question.get_attribute('data-passes')}]").check()
    page.get_by_role("button", name="Approve and pass on by mail").click()
    expect(page.get_by_text("Approved").first).to_be_visible()


def test_alice_gets_one_mail_and_bob_who_opted_out_gets_none(there: Place) -> None:
    (told,) = until(lambda: there.mails_to("alice") or None, "the mail to Alice", 60)
    for said in (TITLE, TEXT, "Larkmeadow Police Department", "LPD-2026-0500", "Answers until:"):
        assert said in told
    assert there.mails_to("bob") == []


def test_carol_is_told_nothing_of_it_and_the_public_reads_no_word(person: People, there: Place) -> None:
    page = person("carol").open(f"/agency/rfas/{there.rfa}/")
    expect(page.get_by_text("You are not told to whom, to how many, or when.")).to_be_visible()
    assert wrong_in(page) == []
    anyone = person("anyone")
    assert TITLE not in anyone.open("/").content()
    assert anyone.context.request.get(f"{there.town.origin}/rfas/{there.rfa}/").status == 404
    assert anyone.context.request.get(f"{there.town.origin}/home/rfas/{there.rfa}/").url.startswith(
        f"{there.town.origin}/accounts/login/"
    )


def open_key(alice: Person, there: Place) -> None:
    """Alice's key comes into her browser with her ten words."""
    page = alice.open("/home/key/")
    page.get_by_label("Your ten words").fill(there.words.replace("-", " "))
    page.get_by_role("button", name="Open the key").click()
    page.get_by_role("heading", name="Your key is in this browser").wait_for()


def test_her_own_browser_finds_that_a_clip_of_hers_is_asked_for(person: People, there: Place) -> None:
    alice = person("alice")
    open_key(alice, there)
    banner = alice.open("/home/").locator(f'[data-rfa="{there.rfa}"]')
    expect(banner).to_contain_text("You have 1 clip from that time.")
    expect(banner.get_by_role("link", name=TITLE)).to_have_attribute("href", f"/home/rfas/{there.rfa}/")


def answer_page(alice: Person, there: Place) -> Page:
    """From the link in the mail to the consent screen."""
    (told,) = there.mails_to("alice")
    link = re.search(r"http://\S+(/home/rfas/\S+/)", told)
    assert link is not None
    page = alice.open(link[1])
    expect(page.get_by_role("heading", name=TITLE)).to_be_visible()
    assert wrong_in(page) == []
    page.get_by_role("link", name="Look for clips of mine").click()
    page.wait_for_url(f"**/home/rfas/{there.rfa}/answer/")
    alice.settle()
    return page


@pytest.mark.parametrize("lie", [(b"left on foot", b"left by car"), (b"burglary", b"homicide")])
def test_what_the_server_changed_of_it_is_seen_and_nothing_is_offered(
    person: People, there: Place, lie: tuple[bytes, bytes]
) -> None:
    alice = person("alice")

    def changed(route: object) -> None:
        answer = route.fetch()  # type: ignore[attr-defined]
        assert lie[0] in answer.body()
        route.fulfill(response=answer, body=answer.body().replace(*lie))  # type: ignore[attr-defined]

    alice.page.route("**/api/rfas/passed-on/*", changed)
    page = alice.open(f"/home/rfas/{there.rfa}/answer/")
    expect(page.get_by_role("alert")).to_contain_text("shown is not the")
    expect(page.locator("form[data-part=form]")).to_be_hidden()
    alice.page.unroute_all()


def test_she_follows_the_mail_and_hands_her_clip_over(person: People, there: Place) -> None:
    alice = person("alice")
    page = answer_page(alice, there)
    expect(page.locator('[data-part="check-list"]')).to_contain_text("The request is what entry")
    page.get_by_role("checkbox").first.check()
    page.get_by_label("Your name").fill("Alice Archer")
    page.get_by_label("E-mail, phone or address").fill("alice@larkmeadow.example")
    page.get_by_label("Code of your authenticator app").fill(alice.code())
    page.get_by_role("button", name=re.compile("^Hand over")).click()
    page.get_by_role("heading", name="Handed over").wait_for()
    expect(page.locator('[data-part="receipt-line"]')).to_contain_text("it holds")


def console(*command: str) -> subprocess.CompletedProcess[str]:
    """What the console command says."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("VICINAGE_")}
    argv = [sys.executable, "-m", "vicinage.cli", *command]
    return subprocess.run(argv, capture_output=True, text=True, check=False, env=kept)


def test_the_agency_collects_it_and_the_package_verifies(
    person: People, there: Place, tmp_path: Path
) -> None:
    page = person("carol").open("/agency/handovers/")
    page.get_by_role("link", name=re.compile("LPD-2026-0500: Alice Archer")).click()
    expect(page.get_by_text(TITLE).first).to_be_visible()
    handover = page.url.split("/")[-2]
    package = tmp_path / "package.zip"
    officer.download_package(there.cast.session("carol"), handover, package, "LPD-2026-0500, burglary")
    said = console("verify", str(package))
    assert said.returncode == 0, said.stdout + said.stderr
    assert "is bound by entry" in said.stdout


def test_she_opts_out_by_the_link_in_the_mail_without_signing_in(person: People, there: Place) -> None:
    (told,) = there.mails_to("alice")
    link = re.search(r"http://\S+(/choices/\S+/)", told)
    assert link is not None
    page = person("anyone").open(link[1])
    assert wrong_in(page) == []
    page.get_by_role("button", name="Nothing of all this, ever").click()
    expect(page.get_by_role("status")).to_contain_text("Done.")
    home = person("alice").open("/home/")
    expect(home.locator(f'[data-rfa="{there.rfa}"]')).to_have_count(0)


def test_it_closes_and_is_public_and_an_audit_of_the_log_passes(person: People, there: Place) -> None:
    page = person("carol").open(f"/agency/rfas/{there.rfa}/")
    page.get_by_role("button", name="Mark as resolved").click()
    expect(page.get_by_text("Resolved").first).to_be_visible()
    public = f"{there.town.origin}/rfas/{there.rfa}/"
    anyone = person("anyone")
    until(lambda: anyone.context.request.get(public).status == 200 or None, "the public page", 30)
    shown = anyone.open(f"/rfas/{there.rfa}/")
    expect(shown.get_by_role("heading", name=TITLE)).to_be_visible()
    expect(shown.get_by_text(TEXT)).to_be_visible()
    audited = console("audit", f"{there.town.origin}/log/")
    assert audited.returncode == 0, audited.stdout + audited.stderr
    assert "passed on by mail" in audited.stdout
    assert len(there.mails_to("alice")) == 1
