"""Signed notes, keys, and the three kinds of signature line."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tlog.small_log import AT, ORIGIN, SmallLog
from vicinage.tlog import checkpoint, keys, merkle, mldsa, note, signing
from vicinage.tlog.checkpoint import Checkpoint
from vicinage.tlog.errors import CheckpointError, NoteError

VECTORS: dict[str, Any] = json.loads(Path("spec/vectors/note.json").read_text(encoding="utf-8"))
HEAD = Checkpoint(ORIGIN, 11, bytes(range(32)))


def bare_log() -> SmallLog:
    return SmallLog(Path("/nowhere"))


@pytest.mark.parametrize("row", VECTORS["notes"], ids=lambda row: row["name"])
def test_a_note_is_signed_by_whom_the_vector_names(row: dict[str, Any]) -> None:
    def signed_by() -> list[str]:
        trusted = [keys.parse_vkey(key) for key in row["vkeys"]]
        return [key.name for key, _, _ in signing.true_lines(note.parse(row["note"].encode()), trusted)]

    if row["signed_by"] is None:
        with pytest.raises(NoteError):
            signed_by()
    else:
        assert signed_by() == row["signed_by"]
        assert note.parse(row["note"].encode()).encode().decode() == row["note"]


@pytest.mark.parametrize("row", VECTORS["vkeys"], ids=lambda row: row["vkey"][:40])
def test_a_secret_line_gives_back_its_signer(row: dict[str, str]) -> None:
    signer = signing.load_signer(row["skey"])
    assert str(signer.vkey) == row["vkey"]
    assert keys.parse_vkey(row["vkey"]) == signer.vkey
    assert signer.skey == row["skey"]
    assert row["skey"].startswith("PRIVATE+KEY+")


def test_the_mldsa_message_has_the_bytes_of_the_specification() -> None:
    row = VECTORS["cosigned"]
    name = ORIGIN.encode()
    tree = checkpoint.parse(row["checkpoint"])
    expected = b"subtree/v1\n\0" + bytes([len(name)]) + name + row["timestamp"].to_bytes(8, "big")
    expected += bytes([len(name)]) + name + bytes(8) + tree.size.to_bytes(8, "big") + tree.root
    assert mldsa.message(ORIGIN, row["timestamp"], row["checkpoint"]) == expected
    assert expected.hex() == row["mldsa_message"]


def test_each_kind_of_line_has_the_length_of_its_specification_and_states_its_time() -> None:
    log = bare_log()
    signed = HEAD.sign(log.signers, AT)
    assert [len(line.raw) for line in signed.signatures] == [64, 8 + 2420, 8 + 64]
    times = [at for _, _, at in signing.true_lines(signed, [signer.vkey for signer in log.signers])]
    assert times == [None, AT, AT]


@pytest.mark.parametrize("which", [0, 1, 2], ids=["ed25519", "mldsa44", "cosignature"])
@pytest.mark.parametrize("byte", [0, 9, -1])
def test_a_changed_signature_is_false(which: int, byte: int) -> None:
    signer = bare_log().signers[which]
    line = signer.sign(HEAD.text(), AT)
    raw = bytearray(line.raw)
    raw[byte] ^= 1
    with pytest.raises(NoteError) as refused:
        signing.verify(signer.vkey, HEAD.text(), note.Signature(line.name, line.key_id, bytes(raw)))
    assert refused.value.code == "note-false"


@pytest.mark.parametrize("which", [0, 1, 2], ids=["ed25519", "mldsa44", "cosignature"])
def test_a_changed_text_is_not_what_was_signed(which: int) -> None:
    signer = bare_log().signers[which]
    line = signer.sign(HEAD.text(), AT)
    with pytest.raises(NoteError):
        signing.verify(signer.vkey, Checkpoint(ORIGIN, 12, HEAD.root).text(), line)


def test_the_same_seed_gives_different_keys_to_log_and_witness() -> None:
    seed = bytes([7]) * 32
    log, witness = signing.Ed25519Signer("one", seed), signing.CosignatureSigner("one", seed)
    assert log.vkey.key == witness.vkey.key
    assert log.vkey.key_id != witness.vkey.key_id


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "note-vkey"),
        ("name+00000000", "note-vkey"),
        ("name+0000000g+AAAA", "note-vkey"),
        ("name+00000000+!!", "note-base64"),
        ("name+00000000+", "note-vkey"),
        ("na me+00000000+AQ==", "note-name"),
        ("name+00000000+AQ==", "note-key"),
        ("name+00000000+CQ==", "note-key"),
        (VECTORS["vkeys"][0]["vkey"].replace("+", "x+", 1), "note-vkey"),
    ],
)
def test_a_broken_vkey_is_refused_with_its_reason(text: str, code: str) -> None:
    with pytest.raises(NoteError) as refused:
        keys.parse_vkey(text)
    assert refused.value.code == code


@pytest.mark.parametrize("text", ["", "PRIVATE+KEY+a+00000000+AQ==", VECTORS["vkeys"][0]["vkey"]])
def test_a_broken_secret_line_is_refused(text: str) -> None:
    with pytest.raises(NoteError):
        signing.load_signer(text)


def test_a_secret_line_that_states_another_key_id_is_refused() -> None:
    skey = VECTORS["vkeys"][0]["skey"]
    with pytest.raises(NoteError, match="does not fit the key id"):
        signing.load_signer(skey.replace(VECTORS["vkeys"][0]["vkey"].split("+")[1], "00000000"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "origin\n1\n",
        "origin\n01\nAAAA\n",
        "origin\n-1\nAAAA\n",
        "origin\n9223372036854775808\n" + "A" * 43 + "=\n",
        "origin\n1\nAAAA\n",
        "origin\n1\nno base64\n",
        "\n1\n" + "A" * 43 + "=\n",
        "origin\n1\n" + "A" * 43 + "=\n\nextension\n",
        "origin\n1\n" + "A" * 43 + "=",
        "origin\n0\n" + "A" * 43 + "=\n",
    ],
)
def test_a_malformed_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(CheckpointError):
        checkpoint.parse(text)


def test_a_checkpoint_reads_back_with_its_extension_lines() -> None:
    head = Checkpoint("origin with spaces", 0, merkle.EMPTY_ROOT, ("one", "two"))
    assert checkpoint.parse(head.text()) == head


def test_sixteen_signatures_are_accepted_and_a_flood_is_not() -> None:
    signer = bare_log().witnesses[0]
    lines = [signer.sign(HEAD.text(), AT + n) for n in range(70)]
    some = note.Note(HEAD.text(), tuple(lines[:16]))
    assert note.parse(some.encode()) == some
    with pytest.raises(NoteError, match="at most 64"):
        note.parse(note.Note(HEAD.text(), tuple(lines)).encode())
    with pytest.raises(NoteError, match="at most"):
        note.parse(b"a" * (note.MAX_BYTES + 1))


def test_a_line_is_not_doubled_when_it_is_added_again() -> None:
    log = bare_log()
    signed = HEAD.sign([log.log], AT)
    assert signed.with_signatures(signed.signatures) == signed


@settings(max_examples=150, deadline=None)
@given(
    st.binary(max_size=300)
    | st.text(max_size=200).map(lambda text: f"{text}\n\n\u2014 a AAAAAAA=\n".encode())
)
def test_whatever_comes_in_is_a_note_or_a_named_error(data: bytes) -> None:
    try:
        parsed = note.parse(data)
    except NoteError:
        return
    assert parsed.encode() == data
