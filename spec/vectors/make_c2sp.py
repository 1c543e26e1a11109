"""Writes c2sp.json: the examples in C2SP's own pages, and what is to be read from them.

Sources: c2sp.org/signed-note, tlog-checkpoint, tlog-cosignature, tlog-witness, tlog-policy, tlog-tiles. The
pages give no keys, so no signature can be checked; every line must be taken apart as it says. The example in
tlog-proof leaves parts out and cannot be read by anyone.
"""

import json
import sys
from pathlib import Path

PATH = Path(__file__).parent / "c2sp.json"

ORIGIN = "example.com/behind-the-sofa"
HEAD = f"{ORIGIN}\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
SIGNED = "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
BY_LOG = f"\u2014 {ORIGIN} {SIGNED}"
SIGNED_TOO = "opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=\n"
BY_LOG_TOO = f"\u2014 {ORIGIN} {SIGNED_TOO}"
BY_WITNESS = (
    "\u2014 witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5O"
    "WXEhZCB9dlrDJsX3b2oyin1nPZ"
    "qhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
)
VERSE = (
    "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned \u00e8 subito sera.\n\n"
    "\u2014 quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+"
    "EhfLW9oJKONrMouFSQU0xMcXxj9"
    "9ihAQwaqP3ZekRwNtIc=\n"
)
PROOF = (
    "PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=",
    "jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=",
    "5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=",
    "/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=",
)
ANSWER = (
    "\u2014 witness.example/w1 CMp+6LWBU0anHGH5aNDTJkH/gj79sG+T6+iP2ThYN5krrDJbR1HDnu"
    "cjL39QsZTSvVjyQLrdk3DXDqI5G2Hg"
    "LatVs0pWh6Up69HVOw==\n"
    "\u2014 witness.example/w1 I7rEps0pvK2UqkS2gSpVUDhrhVtQV9lgF6pRrWAvjJHjyWpW7VcE3S"
    "iOlVlbQNt64vWhO+DlkL0+UfzuOBMh"
    "9ChdMkP1vi/lCAsmlw==\n"
    "\u2014 witness.example/w2 AWui8Sk55XjYLOijihBjhqEH6nS1ndDymE0a+6idX7pLcnoB+dhnz0"
    "854aLZgrrKbYKA7nC3HNJhm/kWl7oJ"
    "lqU3rXXvpysAdyP3wQ==\n"
)
ROOT = "0ac5186a91863e8e1d90c808014aa89bf5da8e3ee1d9f07630f0378f68f1ab62"


def line(name: str, key_id: str, size: int) -> dict[str, object]:
    """What a signature line says: its key's name and id, and how many bytes follow the id."""
    return {"name": name, "key_id": key_id, "bytes": size}


LOG_LINE, LOG_LINE_TOO = line(ORIGIN, "033de0ae", 64), line(ORIGIN, "a292ea05", 64)
VECTORS = {
    "notes": [
        {
            "source": "signed-note",
            "note": VERSE,
            "lines": [line("quasimodo.example/salvatore", "367ba04b", 64)],
        },
        {"source": "tlog-checkpoint", "note": f"{HEAD}\n{BY_LOG}", "lines": [LOG_LINE]},
        {
            "source": "tlog-cosignature",
            "note": f"{HEAD}\n{BY_LOG}{BY_WITNESS}",
            "lines": [LOG_LINE, line("witness.example.com/w1", "8d66cf3f", 72)],
            "time": 1679315147,
        },
        {
            "source": "tlog-witness",
            "note": f"{HEAD}\n{BY_LOG}{BY_LOG_TOO}",
            "lines": [LOG_LINE, LOG_LINE_TOO],
        },
    ],
    "tree": {"origin": ORIGIN, "size": 20852163, "root": ROOT},
    "request": {
        "body": "old 20852014\n" + "".join(f"{item}\n" for item in PROOF) + f"\n{HEAD}\n{BY_LOG}{BY_LOG_TOO}",
        "old": 20852014,
        "hashes": len(PROOF),
    },
    "answer": {
        "body": ANSWER,
        "lines": [
            line("witness.example/w1", "08ca7ee8", 72),
            line("witness.example/w1", "23bac4a6", 72),
            line("witness.example/w2", "016ba2f1", 72),
        ],
    },
    "cosigned": f"cosignature/v1\ntime 1679315147\n{HEAD}",
    "policy": {
        "groups": (
            "group X-witnesses 2 X1 X2 X3\ngroup Y-witnesses any Y1 Y2 Y3\n"
            "group X-and-Y all X-witnesses Y-witnesses\nquorum X-and-Y\n"
        ),
        "met": [["X1", "X2", "Y1"], ["X1", "X3", "Y3", "Y2"], ["X1", "X2", "X3", "Y1", "Y2", "Y3"]],
        "not_met": [[], ["X1", "X2", "X3"], ["X1", "Y1", "Y2", "Y3"], ["Y1", "Y2", "Y3"]],
    },
    # tlog-tiles: a tree of 70,000 entries, and the path of tile 1234067.
    "tiles": {
        "size": 70000,
        "levels": [
            {"level": 0, "full": 273, "partial": 112},
            {"level": 1, "full": 1, "partial": 17},
            {"level": 2, "full": 0, "partial": 1},
        ],
        "path": {"index": 1234067, "number": "x001/x234/067"},
    },
}


def main() -> None:
    """Write the file, or compare it when told --check."""
    text = json.dumps(VECTORS, indent=1, ensure_ascii=False) + "\n"
    if "--check" not in sys.argv[1:]:
        PATH.write_text(text, encoding="utf-8")
    elif not PATH.exists() or PATH.read_text(encoding="utf-8") != text:
        raise SystemExit("c2sp.json is not what the code makes. Run make_c2sp.py.")


if __name__ == "__main__":
    main()
