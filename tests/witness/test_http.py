"""The witness's HTTP face as an unfriendly client meets it."""

import http.client
import socket
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest

from tests.tlog.small_log import ORIGIN, SmallLog, numbered, root_of
from tests.witness.conftest import Running
from vicinage.tlog import checkpoint, merkle, witness


def send(running: Running, method: str, path: str, body: bytes | None = None) -> tuple[int, str, bytes]:
    connection = http.client.HTTPConnection(urlsplit(running.url).netloc, timeout=10)
    connection.request(method, path, body)
    response = connection.getresponse()
    data = response.read()
    connection.close()
    return response.status, response.headers["Content-Type"], data


def request(log: SmallLog, old: int, new: int) -> bytes:
    signed = log.sign(new, root_of(numbered(new)))
    entries = numbered(new)
    proof = merkle.prove_consistency(
        old, new, lambda level, i: root_of(entries[i << level : (i + 1) << level])
    )
    return witness.format_request(old, proof, signed.encode())


def test_a_conflict_has_the_media_type_and_the_body_of_the_specification(
    witness: Running, log: SmallLog
) -> None:
    log.grow(numbered(8))
    assert send(witness, "POST", "/add-checkpoint", request(log, 0, 5))[0] == 200
    answer = send(witness, "POST", "/add-checkpoint", request(log, 3, 8))
    assert answer == (409, "text/x.tlog.size", b"5\n")


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/", None, 404),
        ("GET", "/add-checkpoint", None, 404),
        ("GET", "/" + "0" * 64 + "/checkpoint", None, 404),
        ("GET", "/../key", None, 404),
        ("POST", "/", b"", 404),
        ("POST", "/add-checkpoint", b"", 400),
        ("POST", "/add-checkpoint", b"old 0\n\n", 400),
        ("PUT", "/add-checkpoint", b"", 501),
    ],
)
def test_what_is_no_request_of_the_protocol_is_refused(
    witness: Running, method: str, path: str, body: bytes | None, status: int
) -> None:
    assert send(witness, method, path, body)[0] == status


@pytest.mark.parametrize("length", ["-1", "1e3", "99999999999", "", "0x10"])
def test_a_length_that_is_none_or_too_great_is_refused_unread(witness: Running, length: str) -> None:
    where = urlsplit(witness.url)
    with socket.create_connection((where.hostname or "", where.port or 0), timeout=10) as raw:
        raw.sendall(f"POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nContent-Length: {length}\r\n\r\n".encode())
        assert raw.recv(100).startswith(b"HTTP/1.1 413 ")


def test_one_connection_serves_several_requests(witness: Running, log: SmallLog) -> None:
    log.grow(numbered(8))
    connection = http.client.HTTPConnection(urlsplit(witness.url).netloc, timeout=10)
    for old, new in ((0, 3), (3, 4), (4, 8)):
        connection.request("POST", "/add-checkpoint", request(log, old, new))
        response = connection.getresponse()
        assert (response.status, response.read()[:4]) == (200, "\u2014 ".encode())
    connection.close()


def test_many_at_once_never_make_it_go_back(witness: Running, log: SmallLog) -> None:
    """The race of the specification: of all requests from size 1, just one may win."""
    log.grow(numbered(40))
    assert send(witness, "POST", "/add-checkpoint", request(log, 0, 1))[0] == 200
    with ThreadPoolExecutor(8) as pool:
        bodies = [request(log, 1, new) for new in range(2, 40)]
        answers = list(pool.map(lambda body: send(witness, "POST", "/add-checkpoint", body), bodies))
    assert sorted(status for status, _, _ in answers) == [200] + [409] * 37
    seen = witness.home.seen(ORIGIN)
    won = next(n for n, (status, _, _) in enumerate(answers) if status == 200) + 2
    assert seen is not None
    assert checkpoint.parse(seen.text).size == won


def test_a_damaged_record_stops_it_from_signing_for_that_log(witness: Running, log: SmallLog) -> None:
    log.grow(numbered(8))
    assert send(witness, "POST", "/add-checkpoint", request(log, 0, 5))[0] == 200
    record = next((witness.home.path / "seen").iterdir())
    record.write_bytes(b"")
    for old in (0, 5):
        assert send(witness, "POST", "/add-checkpoint", request(log, old, 8))[0] == 500
    assert send(witness, "GET", f"/{record.name}/checkpoint")[0] == 500
    assert record.read_bytes() == b""
