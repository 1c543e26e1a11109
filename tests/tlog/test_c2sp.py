"""The examples in C2SP's own pages, read as they say (spec/vectors/c2sp.json)."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from vicinage.tlog import checkpoint, layout, note, policy, signing, witness
from vicinage.tlog.note import Signature

VECTORS: dict[str, Any] = json.loads(Path("spec/vectors/c2sp.json").read_text(encoding="utf-8"))


def lines(signatures: tuple[Signature, ...]) -> list[dict[str, object]]:
    """What the lines say."""
    return [{"name": s.name, "key_id": s.key_id.hex(), "bytes": len(s.raw)} for s in signatures]


@pytest.mark.parametrize("row", VECTORS["notes"], ids=lambda row: row["source"])
def test_a_note_is_taken_apart_and_put_together(row: dict[str, Any]) -> None:
    found = note.parse(row["note"].encode())
    assert lines(found.signatures) == row["lines"]
    assert found.encode().decode() == row["note"]
    if "time" in row:
        assert int.from_bytes(found.signatures[-1].raw[:8], "big") == row["time"]


@pytest.mark.parametrize("row", VECTORS["notes"][1:], ids=lambda row: row["source"])
def test_a_checkpoint_says_origin_size_and_root(row: dict[str, Any]) -> None:
    tree = checkpoint.parse(note.parse(row["note"].encode()).text)
    assert {"origin": tree.origin, "size": tree.size, "root": tree.root.hex()} == VECTORS["tree"]


def test_what_a_witness_signs_is_the_message_of_the_page() -> None:
    text = note.parse(VECTORS["notes"][2]["note"].encode()).text
    signer = signing.CosignatureSigner("witness.example.com/w1", bytes(32))
    line = signer.sign(text, VECTORS["notes"][2]["time"])
    signer._key.public_key().verify(line.raw[8:], VECTORS["cosigned"].encode())


def test_a_request_to_a_witness_is_read_and_written() -> None:
    row = VECTORS["request"]
    request = witness.parse_request(row["body"].encode())
    assert (request.old_size, len(request.proof)) == (row["old"], row["hashes"])
    assert request.tree.size == VECTORS["tree"]["size"]
    assert witness.format_request(row["old"], request.proof, request.signed.encode()).decode() == row["body"]


def test_a_witnesss_answer_is_read() -> None:
    assert lines(note.parse_signatures(VECTORS["answer"]["body"])) == VECTORS["answer"]["lines"]


def test_the_two_levels_of_groups_make_the_quorum_of_the_page() -> None:
    names = [f"{letter}{n}" for letter in "XY" for n in (1, 2, 3)]
    keys = {name: signing.CosignatureSigner(name, bytes([n]) * 32).vkey for n, name in enumerate(names, 1)}
    text = "".join(f"witness {name} {vkey}\n" for name, vkey in keys.items())
    rules = policy.parse((text + VECTORS["policy"]["groups"]).encode())
    assert [rules.is_met_by(set(found)) for found in VECTORS["policy"]["met"]] == [True] * 3
    assert [rules.is_met_by(set(found)) for found in VECTORS["policy"]["not_met"]] == [False] * 4
    assert rules.weight() == 3


def test_a_tree_of_seventy_thousand_has_the_tiles_of_the_page() -> None:
    size = VECTORS["tiles"]["size"]
    for row in VECTORS["tiles"]["levels"]:
        widths = [layout.tile_width(row["level"], n, size) for n in range(row["full"] + 2)]
        assert widths == [256] * row["full"] + [row["partial"], 0]
    path = VECTORS["tiles"]["path"]
    assert layout.tile_path(0, path["index"]) == f"tile/0/{path['number']}"


def test_the_generator_would_change_nothing() -> None:
    command = [sys.executable, "spec/vectors/make_c2sp.py", "--check"]
    told = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (told.returncode, told.stderr) == (0, "")
