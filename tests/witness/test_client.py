"""The client and a real witness over HTTP: cosignatures, conflicts, refusals, lies."""

import threading
from collections.abc import Sequence
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tests.tlog.small_log import AT, ORIGIN, SmallLog, numbered, root_of
from tests.witness.conftest import Running
from vicinage.tlog import checkpoint, policy, signing
from vicinage.tlog.note import Signature
from vicinage.wire import witness as client
from vicinage.wire.codec import WireError
from vicinage.wire.witness import WitnessConflict


def cosigned(witness: Running, log: SmallLog, old: int = 0) -> Signature:
    """The witness's line on the log as it now stands."""
    size = len(log.entries)
    data = log.folder.checkpoint()
    assert data is not None
    return client.cosign(witness.url, witness.signer.vkey, data, log.folder.reader(size).consistency, old)


def test_a_growing_log_is_cosigned_and_meets_its_policy(witness: Running, log: SmallLog) -> None:
    rules = policy.make(log.log.vkey, [("w", witness.signer.vkey, witness.url)], 1)
    for more in (1, 2, 0, 300):
        signed = log.grow(numbered(more, len(log.entries)))
        line = cosigned(witness, log, len(log.entries) - more)
        assert rules.check(signed.with_signatures([line])).witnesses == ("w",)


def test_a_client_that_forgot_what_was_cosigned_is_told_and_asks_again(
    witness: Running, log: SmallLog
) -> None:
    log.grow(numbered(5))
    cosigned(witness, log)
    signed = log.grow(numbered(4, 5))
    for old in (0, 3):
        with pytest.raises(WitnessConflict) as conflict:
            client.add_checkpoint(witness.url, old, log.folder.reader(9).consistency(old), signed.encode())
        assert conflict.value.size == 5
    assert cosigned(witness, log, old=3).is_from(witness.signer.vkey)


def test_a_log_that_was_rolled_back_is_refused_with_the_size_it_once_had(
    witness: Running, log: SmallLog
) -> None:
    log.grow(numbered(9))
    cosigned(witness, log)
    older = log.sign(6, root_of(numbered(6)))
    with pytest.raises(WitnessConflict, match="has seen 9 entries; this log has 6") as conflict:
        client.cosign(witness.url, witness.signer.vkey, older.encode(), log.folder.reader(6).consistency, 6)
    assert conflict.value.size == 9


def test_a_forked_log_is_refused_at_the_same_size_and_at_a_greater_one(
    witness: Running, log: SmallLog
) -> None:
    log.grow(numbered(9))
    cosigned(witness, log)
    forged = [b"forged", *numbered(20, 1)]
    fork = SmallLog(log.folder.path.parent / "fork", witnesses=0, k=0)
    fork.grow(forged[:9])
    with pytest.raises(WitnessConflict) as conflict:
        cosigned(witness, fork, 9)
    assert conflict.value.size is None
    fork.grow(forged[9:])
    with pytest.raises(WitnessConflict, match="forks from what it cosigned"):
        cosigned(witness, fork, 9)
    seen = client.latest(witness.url, ORIGIN)
    assert seen is not None
    assert checkpoint.parse(seen.text).root == root_of(numbered(9))


def test_the_monitor_is_shown_what_was_last_cosigned(witness: Running, log: SmallLog) -> None:
    assert client.latest(witness.url, ORIGIN) is None
    log.grow(numbered(3))
    line = cosigned(witness, log)
    seen = client.latest(witness.url, ORIGIN)
    assert seen is not None
    keys = [log.log.vkey, log.mldsa.vkey, witness.signer.vkey]
    assert [key for key, _, _ in signing.true_lines(seen, keys)] == keys
    assert seen.signatures[-1] == line


def test_a_log_it_does_not_trust_is_refused_and_leaves_no_trace(witness: Running, log: SmallLog) -> None:
    other = signing.Ed25519Signer.generate("mallory.example/log")
    signed = checkpoint.Checkpoint("mallory.example/log", 1, bytes(32)).sign([other], AT)
    with pytest.raises(WireError, match="answered 404"):
        client.add_checkpoint(witness.url, 0, (), signed.encode())
    assert not (witness.home.path / "seen").exists()


def test_a_witness_that_is_not_there_is_said_to_be_so(log: SmallLog) -> None:
    log.grow(numbered(1))
    with pytest.raises(WireError) as refused:
        client.add_checkpoint("http://127.0.0.1:9", 0, (), b"", timeout_s=2)
    assert refused.value.code == "wire-unreachable"


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://host/", "http://", "nonsense"])
def test_only_http_addresses_are_asked(url: str) -> None:
    with pytest.raises(WireError) as refused:
        client.latest(url, ORIGIN)
    assert refused.value.code == "wire-url"


class Liar(BaseHTTPRequestHandler):
    """Answers whatever the test wants."""

    answer: tuple[int, str, bytes] = (200, "text/plain", b"")

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        status, kind, body = self.answer
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.end_headers()
        with suppress(ConnectionError):  # the client hangs up on what is too long
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


STRANGER = signing.CosignatureSigner("stranger.example", bytes([5]) * 32)


def lies() -> Sequence[tuple[int, str, bytes, str]]:
    return [
        (200, "text/plain", b"", "witness-answer"),
        (200, "text/plain", b"hello\n", "witness-answer"),
        (200, "text/plain", STRANGER.sign("a\n1\nb\n", AT).line().encode(), "witness-answer"),
        (200, "text/plain", b"a" * 70000, "wire-too-large"),
        (409, "text/x.tlog.size", b"007\n", "witness-answer"),
        (409, "text/x.tlog.size", b"7", "witness-answer"),
        (409, "text/x.tlog.size", b"9999\n", "witness-conflict"),
        (301, "text/plain", b"", "witness-refused"),
        (500, "text/plain", b"", "witness-refused"),
    ]


@pytest.mark.parametrize(("status", "kind", "body", "code"), lies())
def test_a_lying_witness_is_not_believed(
    log: SmallLog, status: int, kind: str, body: bytes, code: str
) -> None:
    handler = type("ThisLiar", (Liar,), {"answer": (status, kind, body)})
    data = log.grow(numbered(3)).encode()
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}"
        with pytest.raises(WireError) as refused:
            client.cosign(url, STRANGER.vkey, data, log.folder.reader(3).consistency)
        server.shutdown()
    assert refused.value.code == code


def test_a_true_line_by_the_right_key_over_another_text_is_false(log: SmallLog) -> None:
    data = log.grow(numbered(3)).encode()
    line = STRANGER.sign(log.sign(2, root_of(numbered(2))).text, AT).line().encode()
    handler = type("ThisLiar", (Liar,), {"answer": (200, "text/plain", line)})
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}"
        with pytest.raises(WireError, match="false cosignature"):
            client.cosign(url, STRANGER.vkey, data, log.folder.reader(3).consistency)
        server.shutdown()
