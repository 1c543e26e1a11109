"""What a witness decides, without clock, disk or network: each status of tlog-witness."""

from pathlib import Path

import pytest

from tests.tlog.small_log import AT, ORIGIN, SmallLog, numbered, root_of
from vicinage.tlog import merkle, witness
from vicinage.tlog.checkpoint import Checkpoint
from vicinage.tlog.errors import WitnessError
from vicinage.tlog.note import Note
from vicinage.tlog.signing import Ed25519Signer

LOG = SmallLog(Path("/nowhere"))
TRUST = {ORIGIN: [LOG.log.vkey, LOG.mldsa.vkey]}
FORKED = [b"forged", *numbered(30)]


def head(size: int, entries: list[bytes] | None = None) -> Checkpoint:
    return Checkpoint(ORIGIN, size, root_of((entries or numbered(30))[:size]))


def body(
    old: int,
    new: int,
    entries: list[bytes] | None = None,
    signed: Note | None = None,
    proven: int | None = None,
) -> bytes:
    """A request from `old` to `new` entries; proven: the old size its proof is really made for."""
    source = entries or numbered(30)
    proof = merkle.prove_consistency(
        old if proven is None else proven,
        new,
        lambda level, i: root_of(source[i << level : (i + 1) << level]),
    )
    signed = signed or head(new, source).sign([LOG.log, LOG.mldsa], AT)
    return witness.format_request(old, proof, signed.encode())


def judged(data: bytes, seen: Checkpoint | None) -> Note:
    return witness.judge(witness.parse_request(data), TRUST, seen)


@pytest.mark.parametrize(("old", "new"), [(0, 0), (0, 1), (0, 7), (1, 7), (4, 8), (7, 7), (7, 30)])
def test_a_log_that_goes_on_is_believed(old: int, new: int) -> None:
    signed = judged(body(old, new), head(old) if old else None)
    assert signed.text == head(new).text()
    assert len(signed.signatures) == 2


@pytest.mark.parametrize(
    ("data", "seen", "status", "size"),
    [
        pytest.param(body(3, 7), None, 409, 0, id="an old size it never saw"),
        pytest.param(body(0, 7), head(3), 409, 3, id="no old size though it saw one"),
        pytest.param(body(3, 4), head(7), 409, 7, id="a rollback by way of an older size"),
        pytest.param(body(7, 7, FORKED), head(7), 409, None, id="another root at the same size"),
        pytest.param(body(7, 20, FORKED), head(7), 422, None, id="a tree that does not continue"),
        pytest.param(body(7, 20, proven=6), head(7), 422, None, id="a proof for another size"),
        pytest.param(body(0, 20, proven=6), None, 422, None, id="a proof where none belongs"),
        pytest.param(body(20, 20, proven=6), head(20), 422, None, id="a proof between equal sizes"),
    ],
)
def test_a_log_that_forks_or_goes_back_is_refused(
    data: bytes, seen: Checkpoint | None, status: int, size: int | None
) -> None:
    with pytest.raises(WitnessError) as refused:
        judged(data, seen)
    assert (refused.value.status, refused.value.size) == (status, size)


def test_an_old_size_above_the_new_is_a_bad_request() -> None:
    with pytest.raises(WitnessError) as refused:
        judged(witness.format_request(9, [], head(7).sign([LOG.log], AT).encode()), head(9))
    assert refused.value.status == 400


def test_an_unknown_log_is_not_found() -> None:
    other = Checkpoint("mallory.example/log", 1, bytes(32)).sign(
        [Ed25519Signer.generate("mallory.example/log")], AT
    )
    with pytest.raises(WitnessError) as refused:
        judged(witness.format_request(0, [], other.encode()), None)
    assert refused.value.status == 404


def test_a_log_that_did_not_sign_is_forbidden() -> None:
    mallory = Ed25519Signer(ORIGIN, bytes([66]) * 32)
    for signers in ([mallory], LOG.witnesses):
        with pytest.raises(WitnessError) as refused:
            judged(body(0, 3, signed=head(3).sign(signers, AT)), None)
        assert refused.value.status == 403


def test_a_false_line_of_a_trusted_key_is_forbidden_beside_a_true_one() -> None:
    false = LOG.mldsa.sign(head(4).text(), AT)
    with pytest.raises(WitnessError) as refused:
        judged(body(0, 3, signed=head(3).sign([LOG.log], AT).with_signatures([false])), None)
    assert refused.value.status == 403


def test_lines_of_unknown_keys_are_ignored_and_not_kept() -> None:
    signed = head(3).sign([LOG.witnesses[0], LOG.log], AT)
    assert judged(body(0, 3, signed=signed), None).signatures == signed.signatures[1:]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"old 0\n",
        b"old 00\n\n" + body(0, 1).split(b"\n\n", 1)[1],
        b"old -1\n\n" + body(0, 1).split(b"\n\n", 1)[1],
        b"new 0\n\n" + body(0, 1).split(b"\n\n", 1)[1],
        b"old 0\nAAAA\n\n" + body(0, 1).split(b"\n\n", 1)[1],
        b"old 0\n!\n\n" + body(0, 1).split(b"\n\n", 1)[1],
        b"old 0\n" + b"%s\n" % (b"A" * 43 + b"=") * 64 + b"\n" + body(0, 1).split(b"\n\n", 1)[1],
        b"old 0\n\nno note",
        b"old 0\n\ntext\n\n\xe2\x80\x94 a AAAAAAA=\n",
        b"old 0\n\n" + b"a" * witness.MAX_BYTES,
        "old 0\u00b2\n\n".encode(),
    ],
)
def test_a_malformed_request_is_a_bad_request(data: bytes) -> None:
    with pytest.raises(WitnessError) as refused:
        witness.parse_request(data)
    assert refused.value.status == 400


def test_a_request_reads_back_as_it_was_written() -> None:
    signed = head(8).sign([LOG.log], AT)
    proof = [bytes([n]) * 32 for n in range(63)]
    data = witness.format_request(4, proof, signed.encode())
    assert data.startswith(b"old 4\nAAAA")
    assert witness.parse_request(data) == witness.Request(4, tuple(proof), signed, head(8))
