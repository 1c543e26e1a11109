"""What a device believes of a log and of a receipt, when the server that shows them is Mallory's."""

import json
import secrets
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from tests.device.lying import Lies, page, told
from tests.device.test_lying_server import ALICE, AT, CLIP, SEED, b64, statement
from tests.tlog.small_log import SmallLog, numbered
from vicinage.core import leaf
from vicinage.core.ids import make_id
from vicinage.device import handing, mirror
from vicinage.device.errors import DeviceError, RefusedError, UntrustedError
from vicinage.device.owner import Owner
from vicinage.device.transparency import LogReader
from vicinage.errors import VicinageError
from vicinage.seal import box, sign
from vicinage.seal.keys import Identity
from vicinage.tlog import policy, proof


def read_log(log: SmallLog, **files: bytes) -> tuple[Lies, LogReader]:
    """A device's reader of a log, and the server that it reads from."""
    lies = Lies({"GET /log/policy": httpx.Response(200, content=log.policy.encode())})
    return lies, LogReader(lies.session)


def serve(lies: Lies, index: int, entry: bytes, text: bytes) -> None:
    """Let the server show this at an index."""
    lies.answers[f"GET /log/leaf/{index}"] = httpx.Response(200, content=entry)
    lies.answers[f"GET /log/proof/{index}"] = httpx.Response(200, content=text)


def test_a_leaf_is_believed_with_its_own_proof_at_its_own_index_alone(tmp_path: Path) -> None:
    log = SmallLog(tmp_path)
    note = log.grow(numbered(5))
    texts = [
        proof.make(index, log.folder.reader(5).inclusion(index), note.encode()).encode() for index in range(5)
    ]
    lies, reader = read_log(log)
    serve(lies, 3, b"entry 3", texts[3])
    assert reader.prove(3).leaf == b"entry 3"
    for entry, text in (
        (b"entry 4", texts[4]),
        (b"entry 4", texts[3]),
        (b"entry 3", texts[4]),
        (b"", texts[3]),
        (b"entry 3", b""),
        (b"entry 3", b"\xff" * 100),
        (b"entry 3", texts[3][:-20]),
    ):
        serve(lies, 3, entry, text)
        with pytest.raises(UntrustedError):
            reader.prove(3)
    serve(lies, 3, bytes(70_000), texts[3])
    with pytest.raises(DeviceError):
        reader.prove(3)


def test_a_log_under_other_keys_is_not_believed_once_the_first_were_seen(tmp_path: Path) -> None:
    log, forged = SmallLog(tmp_path / "log"), SmallLog(tmp_path / "forged", witnesses=2)
    log.grow(numbered(2))
    del forged.witnesses[0]
    note = forged.grow(numbered(3))
    lies, first = read_log(log)
    lies.answers["GET /log/policy"] = httpx.Response(200, content=forged.policy.encode())
    serve(lies, 0, b"entry 0", proof.make(0, forged.folder.reader(3).inclusion(0), note.encode()).encode())
    again = LogReader(lies.session, pinned=first.policy)
    with pytest.raises(UntrustedError, match="device-proof-fails"):
        again.prove(0)


def test_a_log_that_needs_no_witness_is_not_read(tmp_path: Path) -> None:
    log = SmallLog(tmp_path)
    alone = policy.make(log.log.vkey, [], 0)
    lies = Lies({"GET /log/policy": httpx.Response(200, content=alone.encode())})
    with pytest.raises(UntrustedError, match="device-no-witness"):
        LogReader(lies.session)
    for text in (b"", b"\xff", b"log nothing\n", bytes(policy.MAX_BYTES + 1)):
        lies.answers["GET /log/policy"] = httpx.Response(200, content=text)
        with pytest.raises(VicinageError):
            LogReader(lies.session)


def hand_over(answer: object, monkeypatch: pytest.MonkeyPatch) -> handing.Receipt:
    """Alice hands nothing but her consent to a server that answers this, and would believe no proof."""
    lies = Lies(
        {
            "POST /api/handovers": lambda _: (
                told(answer) if not isinstance(answer, httpx.Response) else answer
            ),
            "GET /home/": page(""),
        }
    )
    log: Any = SimpleNamespace(check=lambda index, entry, text: pytest.fail("believed"))
    return hand_over_to(lies, log, monkeypatch)


def hand_over_to(lies: Lies, log: LogReader, monkeypatch: pytest.MonkeyPatch) -> handing.Receipt:
    """Alice hands nothing but her consent to this server."""
    monkeypatch.setattr(handing, "_is_the_hubs", lambda *_: None)
    account: Any = SimpleNamespace(authenticator=SimpleNamespace(code=lambda: "123456"))
    asking = handing.Asking(
        make_id(b"rfa-rfa-rf"), 2, make_id(b"agency-age"), 1, Identity.generate().recipient, 30
    )
    sealed_clip = box.seal_bytes(b"v", [ALICE.identity.recipient])
    header = sealed_clip[: sealed_clip.index(b"\n--- ") + 49]
    clip: Any = SimpleNamespace(
        record=SimpleNamespace(id=CLIP, header=header),
        statement=statement(),
        statement_json=statement().members(),
        signature=sign.sign(SEED, b""),
    )
    return handing.hand_over(
        Owner(lies.session, ALICE), log, account, asking, [clip], name="Alice", contact="a@b.example", at=AT
    )


@pytest.mark.parametrize("status", [400, 403, 404, 409, 422, 500])
def test_a_hand_over_that_is_refused_is_told_with_the_rule(
    status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    no = {
        "title": "No",
        "status": status,
        "code": "consent-rfa-closed",
        "detail": "It is closed.",
        "hint": "",
    }
    with pytest.raises(RefusedError, match="It is closed") as refused:
        hand_over(told(no, status), monkeypatch)
    assert (refused.value.code, refused.value.status) == ("consent-rfa-closed", status)


@pytest.mark.parametrize(
    "entry",
    [b"", leaf.private("0" * 64), leaf.private(secrets.token_hex(32)), b"x" * 95],
    ids=["empty", "of zeros", "by lot", "no leaf"],
)
def test_a_receipt_for_another_consent_is_not_taken(entry: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    receipt = {"id": make_id(b"other-hand"), "index": 5, "leaf_b64": b64(entry), "proof": ""}
    with pytest.raises(UntrustedError, match="device-other-leaf"):
        hand_over(receipt, monkeypatch)


def test_a_mirror_of_a_log_that_claims_to_be_beyond_any_size_is_not_begun(tmp_path: Path) -> None:
    log = SmallLog(tmp_path / "log")
    note = log.sign(2**62, bytes(32))
    lies = Lies({"GET /log/checkpoint": httpx.Response(200, content=note.encode())})
    with pytest.raises(DeviceError, match="device-log-too-large"):
        mirror.mirror(lies.session, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


def test_a_mirror_that_breaks_off_has_no_checkpoint(tmp_path: Path) -> None:
    log = SmallLog(tmp_path / "log")
    log.grow(numbered(3))
    lies = Lies(
        {
            f"GET /log/{name}": httpx.Response(200, content=log.folder.fetch(name))
            for name in ("checkpoint", "policy", "vkeys", "vkeys-mldsa", "tile/0/000.p/3")
        }
    )
    with pytest.raises(RefusedError):
        mirror.mirror(lies.session, tmp_path / "copy")
    assert not (tmp_path / "copy/checkpoint").exists()


def test_a_log_that_is_behind_is_asked_for_the_proof_until_it_has_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    slept: list[float] = []
    log = SmallLog(tmp_path)
    lies, reader = read_log(log)

    def take(request: httpx.Request) -> httpx.Response:
        sent = json.loads(request.content)
        entry, place = leaf.private(sent["commitment"]), f"/api/handovers/{sent['statement']['id']}"
        note = log.grow([b"entry 0", entry])
        text = proof.make(1, log.folder.reader(2).inclusion(1), note.encode()).encode()

        def give(_: httpx.Request) -> httpx.Response:
            asked.append(place)
            return httpx.Response(200, content=text) if len(asked) == 3 else httpx.Response(404)

        lies.answers[f"GET {place}/consent.tlog-proof"] = give
        receipt = {"id": sent["statement"]["id"], "index": None, "leaf_b64": b64(entry), "proof": None}
        return told(receipt, 202)

    lies.answers |= {"POST /api/handovers": take, "GET /home/": page("")}
    monkeypatch.setattr(time, "sleep", slept.append)
    receipt = hand_over_to(lies, reader, monkeypatch)
    assert (receipt.place.index, receipt.place.leaf) == (1, leaf.private(receipt.commitment))
    assert slept == [handing.AGAIN_S] * 2


def test_a_log_that_stays_behind_is_told_and_the_consent_is_not_sent_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    posts = []

    def take(request: httpx.Request) -> httpx.Response:
        sent = json.loads(request.content)
        posts.append(sent)
        entry = b64(leaf.private(sent["commitment"]))
        return told({"id": sent["statement"]["id"], "index": None, "leaf_b64": entry, "proof": None}, 202)

    monkeypatch.setattr(handing, "LATER_S", -1.0)
    lies = Lies({"POST /api/handovers": take, "GET /home/": page("")})
    log: Any = SimpleNamespace(check=lambda index, entry, text: pytest.fail("believed"))
    with pytest.raises(RefusedError) as refused:
        hand_over_to(lies, log, monkeypatch)
    assert (refused.value.status, len(posts)) == (404, 1)
