"""Writes log.json, proof.json and note.json beside itself, from the code, the same every time.

Python and TypeScript both read them. `python spec/vectors/make_log.py --check` writes nothing and fails
when a file would change. ML-DSA-44 signs with chance, so its one signature is kept while it stays true.
"""

import base64
import json
import sys
from pathlib import Path
from typing import Any

from vicinage.tlog import checkpoint, layout, merkle, mldsa, note, policy, proof, signing
from vicinage.tlog.checkpoint import Checkpoint
from vicinage.tlog.errors import TlogError
from vicinage.tlog.keys import parse_vkey
from vicinage.tlog.merkle import Frontier

HERE = Path(__file__).parent
AT = 1795356000  # 2026-11-22T14:00:00Z
ORIGIN = "vicinage.example/log"
# The leaves that Certificate Transparency's own tests use; the root of all eight is known from there.
CT_LEAVES = (
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
)

LOG = signing.Ed25519Signer(ORIGIN, bytes([1]) * 32)
LOG_MLDSA = signing.MldsaSigner(ORIGIN, bytes([2]) * 32)
WITNESSES = [signing.CosignatureSigner(f"witness-{n}.example", bytes([2 + n]) * 32) for n in (1, 2, 3)]
STRANGER = signing.CosignatureSigner("mallory.example", bytes([9]) * 32)


def b64(data: bytes) -> str:
    """Standard base64."""
    return base64.b64encode(data).decode()


def entries(size: int) -> list[bytes]:
    """The entries of the made-up log."""
    return [f"entry {n}".encode() for n in range(size)]


def stored(leaves: list[bytes]) -> merkle.ReadHash:
    """A reader of complete subtrees over leaf hashes, by definition."""

    def read(level: int, index: int) -> bytes:
        frontier = Frontier()
        frontier.extend(leaves[index << level : (index + 1) << level])
        return frontier.root()

    return read


def root(leaves: list[bytes]) -> bytes:
    """The root over leaf hashes."""
    frontier = Frontier()
    frontier.extend(leaves)
    return frontier.root()


def make_log() -> dict[str, Any]:
    """Hashes, roots, proofs, tile paths, a bundle."""
    ct = [merkle.leaf_hash(bytes.fromhex(leaf)) for leaf in CT_LEAVES]
    hashes = [merkle.leaf_hash(entry) for entry in entries(21)]
    read = stored(hashes)
    paths = [(0, 0, 256), (0, 1, 112), (1, 0, 17), (0, 1234067, 256), (2, 999, 1), (63, 1000, 255)]
    inclusion = [
        {
            "index": i,
            "size": n,
            "root": root(hashes[:n]).hex(),
            "leaf": hashes[i].hex(),
            "proof": [item.hex() for item in merkle.prove_inclusion(i, n, read)],
        }
        for n in (1, 2, 3, 7, 8, 21)
        for i in sorted({0, n // 2, n - 1})
    ]
    consistency = [
        {
            "old": a,
            "new": b,
            "old_root": root(hashes[:a]).hex(),
            "new_root": root(hashes[:b]).hex(),
            "proof": [item.hex() for item in merkle.prove_consistency(a, b, read)],
        }
        for b in (1, 2, 3, 7, 8, 21)
        for a in sorted({1, b // 2 or 1, b - 1 or 1, b})
    ]
    return {
        "ct": {"leaves": list(CT_LEAVES), "roots": [root(ct[:n]).hex() for n in range(len(ct) + 1)]},
        "entries": "the UTF-8 text `entry <n>`, n from 0",
        "roots": {
            str(n): root([merkle.leaf_hash(e) for e in entries(n)]).hex() for n in (0, 1, 2, 21, 256, 257)
        },
        "inclusion": inclusion,
        "consistency": consistency,
        "tile_paths": [
            {"level": a, "index": b, "width": c, "path": layout.tile_path(a, b, c)} for a, b, c in paths
        ],
        "bundle": {"entries": [e.hex() for e in entries(3)], "bytes": layout.encode_bundle(entries(3)).hex()},
        "bundle_path": layout.bundle_path(1234067, 7),
    }


def signed(size: int, signers: list[note.Signer]) -> note.Note:
    """A checkpoint of the made-up log."""
    head = Checkpoint(ORIGIN, size, root([merkle.leaf_hash(entry) for entry in entries(size)]))
    return head.sign(signers, AT)


def make_proof() -> dict[str, Any]:
    """Proofs of logging that hold, and that do not."""
    rules = policy.make(LOG.vkey, [(f"w{n}", w.vkey, "") for n, w in enumerate(WITNESSES, 1)], 2)
    leaves = [merkle.leaf_hash(entry) for entry in entries(11)]
    good = signed(11, [LOG, WITNESSES[0], WITNESSES[2]])

    def made(index: int, by: note.Note = good, extra: bytes | None = None) -> str:
        return proof.Proof(index, merkle.prove_inclusion(index, 11, stored(leaves)), by, extra).text()

    text = made(4)
    lines = text.split("\n")
    cases = [
        ("the first entry", made(0), 0, True),
        ("an entry inside", text, 4, True),
        ("the last entry", made(10), 10, True),
        ("extra data", made(4, extra=b"anything"), 4, True),
        ("a line by an unknown key", made(4, signed(11, [LOG, STRANGER, *WITNESSES[:2]])), 4, True),
        ("all three witnesses", made(4, signed(11, [LOG, *WITNESSES])), 4, True),
        (
            "an ML-DSA-44 line by a key not in the policy",
            made(4, good.with_signatures([_mldsa_line(good)])),
            4,
            True,
        ),
        ("another entry's bytes", text, 5, False),
        ("another index", text.replace("index 4", "index 5"), 4, False),
        ("an index outside the log", text.replace("index 4", "index 11"), 4, False),
        ("an index with a leading zero", text.replace("index 4", "index 04"), 4, False),
        ("a hash missing", "\n".join(lines[:2] + lines[3:]), 4, False),
        ("two hashes swapped", "\n".join([*lines[:2], lines[3], lines[2], *lines[4:]]), 4, False),
        ("one witness of two", made(4, signed(11, [LOG, WITNESSES[0]])), 4, False),
        ("the same witness twice", made(4, _doubled()), 4, False),
        ("a witness the policy does not know", made(4, signed(11, [LOG, WITNESSES[0], STRANGER])), 4, False),
        ("no signature by the log", made(4, signed(11, list(WITNESSES))), 4, False),
        ("another size", text.replace("\n11\n", "\n12\n"), 4, False),
        ("another header", text.replace("@v1", "@v2"), 4, False),
        ("nothing", "", 4, False),
    ]
    rows = [{"name": n, "proof": p, "leaf_b64": b64(entries(11)[i]), "ok": ok} for n, p, i, ok in cases]
    _check_proofs(rules, rows)
    return {"policy": rules.text(), "cases": rows}


def _mldsa_line(over: note.Note) -> note.Signature:
    """The ML-DSA-44 line kept in proof.json while it is true, else a new one."""
    try:
        kept = json.loads((HERE / "proof.json").read_text(encoding="utf-8"))
        row = next(case for case in kept["cases"] if "ML-DSA" in case["name"])
        for line in proof.parse(row["proof"].encode()).signed.signatures:
            if line.is_from(LOG_MLDSA.vkey):
                signing.verify(LOG_MLDSA.vkey, over.text, line)
                return line
    except (OSError, StopIteration, KeyError, TlogError):
        pass
    return LOG_MLDSA.sign(over.text, AT)


def _doubled() -> note.Note:
    """Two true lines by one witness, at different times."""
    head = signed(11, [LOG, WITNESSES[0]])
    return head.with_signatures([WITNESSES[0].sign(head.text, AT + 1)])


def _check_proofs(rules: policy.Policy, rows: list[dict[str, Any]]) -> None:
    """Every row must be judged as it says."""
    for row in rows:
        try:
            proof.parse(row["proof"].encode()).verify(rules, base64.b64decode(row["leaf_b64"]))
            held = True
        except TlogError:
            held = False
        if held != row["ok"]:
            raise SystemExit(f"The proof {row['name']!r} is judged {held}.")


def make_note() -> dict[str, Any]:
    """Keys, notes and what is signed."""
    head = signed(11, [LOG, WITNESSES[0]])
    text = head.encode().decode()
    # The example of Go's package documentation (golang.org/x/mod/sumdb/note), a note from outside.
    go = (
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n\n"
        "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpR"
        "Zb6KE6RyyBwJnAM=\n"
    )
    vkeys = [str(LOG.vkey), str(WITNESSES[0].vkey)]
    peter = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    rows = [
        ("Go's example", go, [peter], ["PeterNeumann"]),
        ("log and witness", text, vkeys, [ORIGIN, WITNESSES[0].vkey.name]),
        ("the witness not known", text, vkeys[:1], [ORIGIN]),
        ("no key known", text, [peter], []),
        ("a changed text", text.replace("\n11\n", "\n12\n"), vkeys, None),
        ("no empty line", text.replace("\n\n", "\n"), vkeys, None),
        ("no last newline", text[:-1], vkeys, None),
        ("a tab in the text", text.replace("\n11\n", "\n11\t\n"), vkeys, None),
        ("base64 that is not canonical", text[:-2] + text[-2:].replace("=", "") + "==\n", vkeys, None),
    ]
    for name, data, keys, names in rows:
        try:
            found = signing.true_lines(note.parse(data.encode()), [parse_vkey(key) for key in keys])
            got = [vkey.name for vkey, _, _ in found]
        except TlogError:
            got = None
        if got != names:
            raise SystemExit(f"The note {name!r} gives {got}, not {names}.")
    return {
        "notes": [{"name": n, "note": t, "vkeys": k, "signed_by": s} for n, t, k, s in rows],
        "vkeys": [
            {"seed": "01" * 32, "vkey": str(LOG.vkey), "skey": LOG.skey},
            {"seed": "03" * 32, "vkey": str(WITNESSES[0].vkey), "skey": WITNESSES[0].skey},
            {"seed": "02" * 32, "vkey": str(LOG_MLDSA.vkey), "skey": LOG_MLDSA.skey},
        ],
        "cosigned": {
            "checkpoint": checkpoint.parse(head.text).text(),
            "timestamp": AT,
            "mldsa_message": mldsa.message(ORIGIN, AT, head.text).hex(),
        },
    }


MAKERS = {"log.json": make_log, "proof.json": make_proof, "note.json": make_note}


def main() -> None:
    """Write the three files, or compare them when told --check."""
    stale = []
    for name, make in MAKERS.items():
        text = json.dumps(make(), indent=1, ensure_ascii=False) + "\n"
        path = HERE / name
        if "--check" not in sys.argv[1:]:
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(name)
    if stale:
        raise SystemExit(f"These vectors are not what the code makes: {', '.join(stale)}. Run make_log.py.")


if __name__ == "__main__":
    main()
