"""What `vicinage demo` leaves in its folder. The names are a contract.

log/                          the public log, with policy, vkeys and vkeys-mldsa
clips/*.age                   the owner's clips     owner-identity.txt       opens them
handover/clip.age             as handed over        handover/agency-identity.txt  opens it
package/                      the evidence package
receipt/consent.leaf          receipt/consent.tlog-proof
summary.json                  motion, clips, rfa, findings
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from vicinage.demo.people import DemoError, write_secret
from vicinage.device import officer
from vicinage.device.handing import Receipt
from vicinage.device.mirror import mirror
from vicinage.device.owner import OwnClip, Owner
from vicinage.device.session import Session
from vicinage.evidence import pack
from vicinage.seal.keys import Identity
from vicinage.wire.feed import RfaRecord

REASON = "To tell the story whole"


def leave_owner(owner: Owner, clips: Sequence[OwnClip], out: Path) -> None:
    """The owner's clips as ordinary age files, and the identity that opens them."""
    write_secret(out / "owner-identity.txt", owner.household.text)
    (out / "clips").mkdir(exist_ok=True)
    for clip in clips:
        with (out / "clips" / f"{clip.record.id}.age").open("wb") as into:
            owner.download(clip, into)


def leave_log(session: Session, out: Path) -> None:
    """The whole public log, fetched file by file."""
    mirror(session, out / "log")


def leave_receipt(receipt: Receipt, out: Path) -> None:
    """The log's leaf of the consent, and the proof of its place."""
    folder = out / "receipt"
    folder.mkdir(exist_ok=True)
    (folder / "consent.leaf").write_bytes(receipt.place.leaf)
    (folder / "consent.tlog-proof").write_bytes(receipt.place.proof)


def leave_handover(carol: Session, handover: str, clip: str, identity: Identity, out: Path) -> None:
    """What the agency has: the first clip, its identity, and the evidence package."""
    folder = out / "handover"
    folder.mkdir(exist_ok=True)
    officer.download_clip(carol, handover, clip, folder / "clip.age", REASON)
    write_secret(folder / "agency-identity.txt", identity.text + "\n")
    with tempfile.TemporaryDirectory(dir=out) as scratch:
        package = Path(scratch) / "package.zip"
        officer.download_package(carol, handover, package, REASON)
        pack.unpack(package, out / "package")


def told_rfa(owner: Owner, rfa: str) -> dict[str, Any]:
    """The rfa as the public reads it: id, index in the log, leaf and text."""
    record = owner.session.ask(RfaRecord, "GET", f"/rfas/{rfa}.json")
    return {"id": rfa, "index": record.index, "leaf": record.leaf, "text": record.text}


def check(out: Path, *, has_package: bool) -> dict[str, list[str]]:
    """Run `vicinage audit` and `vicinage verify` as processes; what each said. Raises DemoError."""
    checks = {"audit": out / "log"} | ({"verify": out / "package"} if has_package else {})
    said = {}
    for command, target in checks.items():
        done = subprocess.run(
            [sys.executable, "-m", "vicinage.cli", command, str(target), "--json"],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise DemoError(
                "demo-check-fails",
                f"`vicinage {command} {target}` should pass; it said: {(done.stdout + done.stderr)[-2000:]}",
            )
        said[command] = list(json.loads(done.stdout)["lines"])
    return said


def write_summary(out: Path, summary: dict[str, Any]) -> None:
    """summary.json, last of all: where it is, the rest is whole."""
    (out / "summary.json").write_text(json.dumps(summary, indent=1) + "\n")
