"""Witnesses down, slow, lying or rolled back: the log goes on while a quorum is honest, and no longer."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from tests.server.ledger.conftest import Witness, public, record, start_anew
from vicinage.server import home as state
from vicinage.server.ledger import keys, publish, queries
from vicinage.server.ledger.errors import LedgerError
from vicinage.tlog import note, signing
from vicinage.tlog.checkpoint import Checkpoint
from vicinage.tlog.errors import PolicyError
from vicinage.tlog.tile import Folder
from vicinage.wire import witness as client
from vicinage.wire.codec import WireError

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(home: Path, tmp_path: Path, settings: Settings) -> Iterator[list[Witness]]:
    """Three witnesses, of whom the policy demands two."""
    made = [Witness(tmp_path / f"witness-{n}") for n in range(3)]
    for one in made:
        one.start()
        one.trust(home / "public" / "log")
    settings.VICINAGE_WITNESSES = ", ".join(one.named(f"w{n}") for n, one in enumerate(made))
    keys.write_public(keys.load())
    yield made
    for one in made:
        one.stop()


class Impostor:
    """Stands where a witness should, and answers as the test wants."""

    def __init__(self, port: int, answer: Callable[[str, bytes], tuple[int, str, bytes]]) -> None:
        class Handler(BaseHTTPRequestHandler):
            def reply(self, body: bytes) -> None:
                status, kind, data = answer(f"{self.command} {self.path}", body)
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                with suppress(OSError):
                    self.wfile.write(data)

            def do_GET(self) -> None:
                self.reply(b"")

            def do_POST(self) -> None:
                self.reply(self.rfile.read(int(self.headers["Content-Length"])))

            def log_message(self, format: str, *args: object) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        """Be away."""
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def replaced(three: list[Witness]) -> Iterator[Callable[..., None]]:
    """Puts an impostor in the place of the first witness."""
    made: list[Impostor] = []

    def replace(answer: Callable[[str, bytes], tuple[int, str, bytes]]) -> None:
        three[0].stop()
        made.append(Impostor(three[0].port, answer))

    yield replace
    for one in made:
        one.stop()


def publish_one(letter: str) -> None:
    """Record and publish."""
    record(public(letter * 16))
    assert publish.publish_pending() == 1


def cosigners() -> set[str]:
    """Who cosigned what is published."""
    data = Folder(state.public_log()).checkpoint()
    assert data is not None
    return set(keys.current_policy().check(note.parse(data)).witnesses)


def test_all_three_cosign_and_two_are_demanded(three: list[Witness]) -> None:
    publish_one("a")
    assert cosigners() == {"w0", "w1", "w2"}
    assert keys.current_policy().weight() == 2


def test_with_one_down_the_log_goes_on_and_with_two_it_waits(three: list[Witness]) -> None:
    three[0].stop()
    publish_one("a")
    assert cosigners() == {"w1", "w2"}
    three[1].stop()
    record(public("b" * 16))
    with pytest.raises(LedgerError, match="ledger-witnesses"):
        publish.publish_pending()
    assert queries.size() == 1
    three[0].start()
    assert publish.publish_pending() == 1
    assert cosigners() == {"w0", "w2"}


def test_a_slow_witness_holds_nobody_up(replaced: Callable[..., None]) -> None:
    def slow(asked: str, body: bytes) -> tuple[int, str, bytes]:
        time.sleep(4)
        return 500, "text/plain", b""

    replaced(slow)
    begun = time.monotonic()
    publish_one("a")
    publish_one("b")
    assert time.monotonic() - begun < 2.5
    assert cosigners() == {"w1", "w2"}


def test_a_witness_that_lies_about_a_greater_log_without_proof_is_not_believed(
    replaced: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    def liar(asked: str, body: bytes) -> tuple[int, str, bytes]:
        if asked.startswith("POST"):
            return 409, "text/x.tlog.size", b"999999\n"
        stranger = signing.Ed25519Signer.generate("vicinage.localhost/log")
        return (
            200,
            "text/plain",
            Checkpoint(stranger.vkey.name, 999999, bytes(32)).sign([stranger], 1).encode(),
        )

    replaced(liar)
    with caplog.at_level(logging.WARNING):
        publish_one("a")
    assert cosigners() == {"w1", "w2"}
    assert "w0 is not believed" in caplog.text


def test_a_witness_that_claims_a_fork_without_proof_is_not_believed(replaced: Callable[..., None]) -> None:
    replaced(lambda asked, body: (422, "text/plain", b"forked!\n") if "POST" in asked else (404, "", b""))
    publish_one("a")
    assert cosigners() == {"w1", "w2"}


def test_a_false_cosignature_does_not_reach_the_checkpoint(replaced: Callable[..., None]) -> None:
    vkey = keys.current_policy().witnesses["w0"][0]
    line = note.Signature(vkey.name, vkey.key_id, bytes(72)).line().encode()
    replaced(lambda asked, body: (200, "text/plain", line) if "POST" in asked else (404, "", b""))
    publish_one("a")
    assert cosigners() == {"w1", "w2"}


def test_one_witness_that_shows_our_own_signature_stops_the_log(
    three: list[Witness], replaced: Callable[..., None]
) -> None:
    """It is one against two, but it has what only our key can make: we have signed more than we hold."""
    publish_one("a")
    signers = keys.load().signers
    forgotten = Checkpoint(signers[0].vkey.name, 7, bytes(32)).sign(signers, 1).encode()
    replaced(
        lambda asked, body: (409, "text/x.tlog.size", b"7\n") if "POST" in asked else (200, "", forgotten)
    )
    record(public("b" * 16))
    with pytest.raises(LedgerError, match=r"the witness w0 has signed 7.*ledger-older"):
        publish.publish_pending()
    start_anew()
    with pytest.raises(LedgerError, match="ledger-older"):
        publish.publish_pending()


def test_a_witness_that_was_rolled_back_is_told_of_and_the_log_goes_on(
    three: list[Witness], caplog: pytest.LogCaptureFixture
) -> None:
    publish_one("a")
    record_of = next((three[0].folder / "seen").iterdir())
    older = record_of.read_bytes()
    publish_one("b")
    record_of.write_bytes(older)
    with caplog.at_level(logging.WARNING):
        publish_one("c")
    assert "witness w0 has cosigned 2 entries, and now remembers 1: it was rolled back" in caplog.text
    assert cosigners() == {"w0", "w1", "w2"}


def test_two_faces_of_a_log_never_both_find_a_quorum(
    three: list[Witness], home: Path, tmp_path: Path
) -> None:
    """The operator holds the keys and splits the witnesses; each goes with the face that it saw first."""
    publish_one("a")
    rules, held = keys.current_policy(), keys.load()

    def face(entry: bytes, ask: list[str]) -> list[str]:
        folder = Folder(tmp_path / ask[0])
        root = folder.write(0, [queries.leaf(0), entry]).root()
        signed = Checkpoint(held.ed25519.vkey.name, 2, root).sign(held.signers, 1)
        got = []
        for name in ask:
            vkey, url = rules.witnesses[name]
            with suppress(WireError):
                prove = folder.reader(2).consistency
                got.append(client.cosign(url, vkey, signed.encode(), prove, 1))
        found = []
        with suppress(PolicyError):
            found = list(rules.check(signed.with_signatures(got)).witnesses)
        return found

    assert face(b"for Alice", ["w0", "w1", "w2"]) == ["w0", "w1", "w2"]
    assert face(b"for Bob", ["w2", "w1", "w0"]) == []
