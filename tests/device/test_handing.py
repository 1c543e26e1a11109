"""What Alice's device believes before it makes a header for an agency."""

import io
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, BinaryIO

import pytest

from tests.device import shown_log
from vicinage.core import canonical, leaf
from vicinage.core.clip import ClipStatement
from vicinage.core.ids import make_id
from vicinage.core.span import Span, format_instant
from vicinage.device import handing
from vicinage.device.errors import UntrustedError
from vicinage.seal import box, header, sign
from vicinage.seal.keys import Household, Identity
from vicinage.wire.feed import AgencyRecord, RfaRecord

AT = datetime(2026, 11, 22, 14, tzinfo=UTC)
RFA, AGENCY, OTHER = "r" * 16, "a" * 16, "b" * 16
RECIPIENT = Identity.generate().recipient


def sealed(household: Household, video: bytes) -> tuple[bytes, bytes, Any]:
    """Header, payload and what sealing told of it."""
    key, payload = box.new_file_key(), io.BytesIO()
    told = box.seal_stream(io.BytesIO(video), payload, key)
    return header.make(key, [household.identity.recipient]), payload.getvalue(), told


def clip_of(told: Any, head: bytes) -> Any:
    """A clip as the library lists it, with its hub's statement."""
    name, camera = make_id(secrets.token_bytes(10)), make_id(secrets.token_bytes(10))
    stated = ClipStatement(
        clip=name,
        camera=camera,
        span=Span(AT, AT + timedelta(seconds=8)),
        clock_offset_ms=None,
        sha256=told.sha256_plain,
        size=told.size_plain,
        payload_sha256=told.sha256_payload,
        codec="h264",
        width=1280,
        height=720,
        motion=(),
        hub=sign.public_key(bytes(32)),
    )
    return SimpleNamespace(record=SimpleNamespace(id=name, header=head), statement=stated)


def consent_to(household: Household, clip: Any, payload: bytes) -> None:
    """Try to hand it over, with a server that gives this payload."""

    def download(clip: Any, into: BinaryIO) -> None:
        into.write(clip.record.header + payload)

    owner: Any = SimpleNamespace(household=household, download=download)
    asking = handing.Asking(RFA, 2, AGENCY, 1, RECIPIENT, 30)
    nobody: Any = None
    handing.hand_over(owner, nobody, nobody, asking, [clip], name="A", contact="a", at=AT)


@pytest.mark.parametrize("swapped", ["header", "header and payload", "payload cut short"])
def test_another_clip_under_the_name_of_this_one_is_found_before_its_key_is_given(swapped: str) -> None:
    household = Household.generate()
    mine, private = sealed(household, b"the street " * 9000), sealed(household, b"the bedroom " * 9000)
    head = private[0] if "header" in swapped else mine[0]
    payload = {"header": mine[1], "header and payload": private[1]}.get(swapped, mine[1][:-1])
    with pytest.raises(UntrustedError, match="device-clip-swapped"):
        consent_to(household, clip_of(mine[2], head), payload)


def ask_of(folder: Path, leaves: list[bytes], retention_days: int) -> handing.Asking:
    """Check a request against a log of these leaves; the page claims this retention."""
    told = AgencyRecord(AGENCY, "Maple Police", RECIPIENT, 1, 0, retention_days)
    record = RfaRecord(index=2, leaf={}, leaf_bytes=b"", text=None, agency=told)
    owner: Any = SimpleNamespace(session=SimpleNamespace(ask=lambda *_: record))
    _, log = shown_log.show(folder, leaves)
    return handing.check_asking(owner, log, RFA)


def town(agency: str = AGENCY) -> list[bytes]:
    """A log of a verification, a key and a request."""
    facts = {
        **{"agency": agency, "name": "Maple Police", "kind": "police", "level": "local"},
        **{"domain": "maple.example", "region": "Maple", "state": "", "seat": None, "retention_days": 90},
        **{"phone": "", "email": "d@maple.example", "evidence": [], "approvals": 2},
        "until": format_instant(AT + timedelta(days=365)),
    }
    key = {"agency": AGENCY, "recipient": RECIPIENT, "from": format_instant(AT)}
    asked = {"v": 1, "type": "rfa.published", "at": format_instant(AT), "rfa": RFA, "agency": AGENCY}
    return [
        leaf.public("agency.verified", AT, facts),
        leaf.public("agency.key", AT, key),
        canonical.dumps(asked),
    ]


def test_the_retention_that_alice_signs_is_the_logs_not_the_pages(tmp_path: Path) -> None:
    assert ask_of(tmp_path, town(), retention_days=1).retention_days == 90


def test_the_verification_of_another_agency_is_not_believed(tmp_path: Path) -> None:
    with pytest.raises(UntrustedError, match="device-other-leaf"):
        ask_of(tmp_path, town(OTHER), retention_days=90)


def test_a_page_without_a_key_is_not_consented_to() -> None:
    told = AgencyRecord(AGENCY, "Maple Police")
    record = RfaRecord(index=2, leaf={}, leaf_bytes=b"", text=None, agency=told)
    owner: Any = SimpleNamespace(session=SimpleNamespace(ask=lambda *_: record))
    nothing: Any = None
    with pytest.raises(UntrustedError, match="device-no-agency-key"):
        handing.check_asking(owner, nothing, RFA)
