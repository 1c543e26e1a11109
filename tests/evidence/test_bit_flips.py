"""10,000 bits flipped at random over a whole log, one at a time: the audit sees each, given a pinned policy.

The log has three witnesses of whom two suffice, a second pair of keys, texts, rules, and partial tiles of
earlier sizes: all that the formats let a reader ignore, and an audit must not.
"""

import os
import random
import shutil
import tomllib
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from functools import cache
from multiprocessing import get_context
from pathlib import Path

import pytest

from tests.core.cases import AT
from tests.evidence.told_log import Story
from tests.tlog.small_log import SmallLog
from vicinage.core import disguise, log_key, redaction
from vicinage.evidence.audit import audit
from vicinage.evidence.outcome import Report
from vicinage.tlog import layout, policy
from vicinage.tlog.signing import Ed25519Signer, MldsaSigner

FLIPS = 10_000
SHARES = 8
SEED = 20261122


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    """A log that grew in steps and changed its key, and the policy that an auditor kept from its start."""
    path = tmp_path_factory.mktemp("flips") / "log"
    log = SmallLog(path, witnesses=3, k=2)
    story = Story()
    story.found()
    story.grow(log)
    pinned = log.policy.encode()
    story.publish("r")
    story.keep_private(4)
    story.grow(log)
    rotate(log, story)
    story.grow(log)
    return path, pinned


def rotate(log: SmallLog, story: Story) -> None:
    """A redaction, and a new pair of keys that sign beside the old ones."""
    index = story.publish("t", reference="26-4000")
    del story.texts[layout.text_path(index)]
    story.tell(redaction.redact(index, "court-order", "Harbour County Court", AT + timedelta(minutes=1)))
    log.next = (
        Ed25519Signer(log.log.vkey.name, bytes([7]) * 32),
        MldsaSigner(log.log.vkey.name, bytes([8]) * 32),
    )
    ed25519, mldsa = (str(signer.vkey) for signer in log.next)
    story.tell(log_key.rotate(ed25519, mldsa, AT + timedelta(minutes=2)))
    named = [(name, vkey, url) for name, (vkey, url) in log.policy.witnesses.items()]
    log.policy = policy.make(log.log.vkey, named, 2, [log.next[0].vkey])


def checked(path: Path, pinned: bytes) -> Report:
    """The audit of an auditor with a policy of their own."""
    return audit(path, pinned)


def unseen(path: Path, pinned: bytes, share: int) -> list[str]:
    """The flips of one share that the audit does not see; done on a copy."""
    copy = path.with_name(f"copy-{share}")
    shutil.copytree(path, copy)
    files = sorted((p, p.stat().st_size) for p in copy.rglob("*") if p.is_file())
    chance, found = random.Random(SEED + share), []  # noqa: S311 (the same flips each time)
    # Most of the time would go into the same few rules and words, again and again.
    tomllib.loads, disguise.undone = cache(tomllib.loads), cache(disguise.undone)
    for _ in range(FLIPS // SHARES):
        file = chance.choices([p for p, _ in files], [size for _, size in files])[0]
        whole = file.read_bytes()
        at, bit = chance.randrange(len(whole)), chance.randrange(8)
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << bit]) + whole[at + 1 :])
        if checked(copy, pinned).ok:
            found.append(f"{file.relative_to(copy)}: bit {bit} of byte {at}")
        file.write_bytes(whole)
    assert checked(copy, pinned).ok
    shutil.rmtree(copy)
    return found


def test_the_log_is_whole_before_anything_is_flipped(told: tuple[Path, bytes]) -> None:
    path, pinned = told
    report = checked(path, pinned)
    assert report.ok, report.lines
    assert audit(path).ok
    names = {p.relative_to(path).as_posix() for p in path.rglob("*") if p.is_file()}
    assert {"tile/0/000.p/3", "tile/entries/000.p/3", "policy", "vkeys", "vkeys-mldsa"} <= names
    assert len(checked_lines(path)) == 7


def checked_lines(path: Path) -> list[str]:
    """The signature lines of the checkpoint."""
    return [line for line in (path / "checkpoint").read_text().splitlines() if line.startswith("\u2014")]


def test_ten_thousand_random_bit_flips_are_all_seen(told: tuple[Path, bytes]) -> None:
    path, pinned = told
    with ProcessPoolExecutor(min(4, os.cpu_count() or 1), get_context("spawn")) as pool:
        shares = [pool.submit(unseen, path, pinned, share) for share in range(SHARES)]
        assert [flip for share in shares for flip in share.result()] == []


@pytest.mark.parametrize(
    ("name", "change", "rule"),
    [
        ("checkpoint", lambda data: data.replace(b"witness-2.", b"witness-7."), "line-unknown"),
        ("policy", lambda data: b"# quorum any\n" + data, "policy-form"),
        ("policy", lambda data: data.replace(b"witnesses 2", b"witnesses 1"), "policy-differs"),
        ("vkeys", lambda data: data + b"\n", "vkeys-differ"),
        ("vkeys-mldsa", lambda data: b"# \n" + data, "mldsa-key"),
        ("tile/0/000.p/3", lambda data: data[:64], "tile-false"),
        ("tile/entries/000.p/3", lambda data: data + b"\0\0", "tile-false"),
    ],
)  # fmt: skip
def test_what_a_reader_may_ignore_an_audit_does_not(
    name: str, change: object, rule: str, told: tuple[Path, bytes], tmp_path: Path
) -> None:
    shutil.copytree(told[0], tmp_path / "log")
    file = tmp_path / "log" / name
    file.write_bytes(change(file.read_bytes()))  # type: ignore[operator]
    assert rule in {fault.rule for fault in checked(tmp_path / "log", told[1]).faults}


def test_a_policy_kept_from_before_the_change_of_keys_still_serves(told: tuple[Path, bytes]) -> None:
    path, pinned = told
    beside = policy.parse((path / "policy").read_bytes())
    assert len(beside.logs) == 2
    assert len(policy.parse(pinned).logs) == 1
    assert checked(path, pinned).ok
    assert checked(path, beside.encode()).ok


def test_a_checkpoint_without_the_key_that_the_log_changed_to_is_a_fault(
    told: tuple[Path, bytes], tmp_path: Path
) -> None:
    """The old key was stolen, perhaps that is why it was changed."""
    shutil.copytree(told[0], tmp_path / "log")
    file = tmp_path / "log" / "checkpoint"
    lines = file.read_text().splitlines(keepends=True)
    ours = [n for n, line in enumerate(lines) if line.startswith("\u2014 vicinage.example/log")]
    file.write_text("".join(line for n, line in enumerate(lines) if n != ours[2]))
    assert "log-key" in {fault.rule for fault in checked(tmp_path / "log", told[1]).faults}
