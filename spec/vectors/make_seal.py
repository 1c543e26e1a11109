"""Writes seal.json beside itself, from the code, the same every time.

Python and TypeScript both read it. Chance is replaced by a fixed stream, so that a change of meaning
shows in the diff. `python spec/vectors/make_seal.py --check` writes nothing and fails on a change.
"""

import base64
import hashlib
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

from vicinage.core.ids import make_id
from vicinage.seal import bech32, box, header, sign, stream, unseal
from vicinage.seal.errors import SealError
from vicinage.seal.keys import Household, Identity, parse_recipient
from vicinage.wire import WireError
from vicinage.wire.pairing import PREFIX, Pairing, make_code, parse_code

HERE = Path(__file__).parent
ALICE = Household(Identity(hashlib.sha256(b"alice").digest()), hashlib.sha256(b"alice signs").digest())
AGENCY = Identity(hashlib.sha256(b"agency").digest())
CODE = "porch-lamp-window-street-garden-bell-fence-gate-step-door"
SIZES = (0, 1, stream.CHUNK_BYTES - 1, stream.CHUNK_BYTES, stream.CHUNK_BYTES + 1, 3 * stream.CHUNK_BYTES)


class _Chance:
    """A stream of bytes that is the same each time: SHA-256 of a name and a counter."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.count = 0

    def __call__(self, size: int) -> bytes:
        self.count += 1
        return hashlib.sha256(f"{self.name} {self.count}".encode()).digest()[:size]


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _plain(size: int) -> bytes:
    """Bytes 0, 1, ... 250, 0, ...: a period that no chunk has."""
    return bytes(i % 251 for i in range(size))


def _payload(size: int, file_key: bytes) -> dict[str, Any]:
    out = io.BytesIO()
    with patch("os.urandom", _Chance(f"payload {size}")):
        sealed = box.seal_stream(io.BytesIO(_plain(size)), out, file_key)
    payload = out.getvalue()
    return {
        "size": size,
        "nonce": payload[: stream.NONCE_BYTES].hex(),
        "sha256_plain": sealed.sha256_plain,
        "size_payload": sealed.size_payload,
        "sha256_payload": sealed.sha256_payload,
        **({"payload_b64": _b64(payload)} if size < 100 else {}),
    }


def _clip() -> dict[str, Any]:
    """One clip sealed at home, and given a header for the agency."""
    with patch("os.urandom", _Chance("clip")):
        file_key, payload = box.new_file_key(), io.BytesIO()
        sealed = box.seal_stream(io.BytesIO(_plain(100)), payload, file_key)
        for_owner = header.make(file_key, [ALICE.identity.recipient])
        for_agency = header.make(file_key, [AGENCY.recipient])
        for_both = header.make(file_key, [ALICE.identity.recipient, AGENCY.recipient])
    return {
        "file_key": file_key.hex(),
        "plain_size": 100,
        "payload_b64": _b64(payload.getvalue()),
        "sha256_plain": sealed.sha256_plain,
        "sha256_payload": sealed.sha256_payload,
        "headers": {
            name: {"header_b64": _b64(made), "sha256": hashlib.sha256(made).hexdigest()}
            for name, made in (("owner", for_owner), ("agency", for_agency), ("both", for_both))
        },
    }


def _refused(attempt: Callable[..., object], *given: object) -> str:
    """The code of the error that the attempt ends in."""
    try:
        attempt(*given)
    except (SealError, WireError) as error:
        return error.code
    raise AssertionError("this should be refused")


def _broken() -> list[dict[str, str]]:
    """Age files for Alice, each spoilt in one way, with the error it should end in."""
    with patch("os.urandom", _Chance("broken")):
        good = box.seal_bytes(_plain(100), [ALICE.identity.recipient])
        others = box.seal_bytes(_plain(100), [AGENCY.recipient])
    cut = good.index(b"\n--- ") + 5
    spoilt = {
        "sealed to another": others,
        "the MAC is another": good[:cut] + b"A" * 42 + b"E" + good[cut + 43 :],
        "the last byte flipped": good[:-1] + bytes([good[-1] ^ 1]),
        "the last byte missing": good[:-1],
        "a byte more": good + b"\x00",
        "no payload": good[: good.index(b"\n", cut) + 1],
        "version 2": good.replace(b"/v1\n", b"/v2\n", 1),
        "not an age file": b"vicinage",
        "nothing": b"",
    }
    return [
        {
            "name": n,
            "file_b64": _b64(data),
            "code": _refused(unseal.open_bytes, data, ALICE.identity),
        }
        for n, data in spoilt.items()
    ]


def _pairing() -> dict[str, Any]:
    pairing = Pairing(
        v=1,
        server="https://vicinage.example",
        token="t" * 43,
        camera=make_id(b"c" * 10),
        name="Tür & Straße",
        lat=39.2846,
        lon=-76.5933,
        cell="872aa8a6effffff",
        recipients=[ALICE.identity.recipient],
        seed=hashlib.sha256(b"hub").digest(),
    )
    code = make_code(pairing)
    spoilt = (code[:-2], code.replace(PREFIX, "vicinage-pair-2."), PREFIX, PREFIX + "e30", code + "!")
    body = json.loads(base64.urlsafe_b64decode(code.removeprefix(PREFIX) + "=="))
    return {
        "fields": body,
        "hub": sign.public_key(pairing.seed),
        "code": code,
        "refused": [{"code": each, "error": _refused(parse_code, each)} for each in spoilt],
    }


def make() -> dict[str, Any]:
    """All of seal.json. Plaintexts are bytes 0, 1, ... 250, 0, ... of the size given."""
    recipient, identity = ALICE.identity.recipient, ALICE.identity.text
    file_key = _Chance("file key")(header.FILE_KEY_BYTES)
    with patch("os.urandom", _Chance("passphrase")):
        recovery = box.seal_passphrase(ALICE.text.encode(), CODE)
    with patch("os.urandom", _Chance("label")):
        label = box.seal_bytes("Tür".encode(), [recipient])
    mistyped = recipient[:-1] + ("q" if recipient[-1] != "q" else "p")
    bad_recipients = (mistyped, recipient.upper(), recipient[:-1], identity, bech32.encode("age", bytes(31)))
    message = 'vicinage/consent/v1\n{"name":"Zoë"}'
    return {
        "household": {
            "text": ALICE.text,
            "identity": identity,
            "recipient": recipient,
            "signing_seed_b64": _b64(ALICE.signing_seed),
            "signing_key_b64": ALICE.signing_key,
        },
        "agency": {"identity": AGENCY.text, "recipient": AGENCY.recipient},
        "recipients_refused": [
            {"text": text, "code": _refused(parse_recipient, text)} for text in bad_recipients
        ],
        "payloads": {"file_key": file_key.hex(), "cases": [_payload(size, file_key) for size in SIZES]},
        "clip": _clip(),
        "label": {"file_b64": _b64(label), "text": "Tür"},
        "recovery": {"file_b64": _b64(recovery), "code": CODE, "text": ALICE.text},
        "broken": _broken(),
        "signature": {"message": message, "signature_b64": sign.sign(ALICE.signing_seed, message.encode())},
        "pairing": _pairing(),
    }


def main() -> None:
    """Write the file, or compare it when told --check."""
    text = json.dumps(make(), indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    path = HERE / "seal.json"
    if "--check" not in sys.argv[1:]:
        path.write_text(text, encoding="utf-8")
    elif not path.exists() or path.read_text(encoding="utf-8") != text:
        raise SystemExit("seal.json is not what the code makes. Run spec/vectors/make_seal.py.")


if __name__ == "__main__":
    main()
