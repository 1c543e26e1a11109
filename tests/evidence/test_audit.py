"""The audit of whole logs: an honest one holds, and every way to spoil the files is noticed."""

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.evidence.told_log import Story, honest
from tests.tlog.small_log import SmallLog, root_of
from vicinage.evidence.audit import audit
from vicinage.tlog import layout, policy
from vicinage.tlog.checkpoint import Checkpoint
from vicinage.tlog.signing import Ed25519Signer


def rules(path: Path) -> set[str]:
    return {fault.rule for fault in audit(path).faults}


def published(path: Path) -> list[Path]:
    """Every file that the checkpoint stands on."""
    return sorted(file for file in path.rglob("*") if file.is_file())


def test_an_honest_log_holds_and_the_report_says_what_was_checked(tmp_path: Path) -> None:
    honest().write(tmp_path)
    report = audit(tmp_path)
    assert report.ok
    text = "\n".join(report.lines)
    assert "checkpoint of 11 entries is signed by the log vicinage.example/log" in text
    assert "Witnesses that cosigned it: witness-0, the first at 2026-11-22T14:00:00Z" in text
    assert "ML-DSA-44 key vicinage.example/log signed it too" in text
    assert "rebuilt from all 11 entries, is the one that was signed; tiles that agree with it: 1." in text
    assert "1 regime adopted, 1 agency verified, 1 agency key, 3 Requests for Assistance" in text
    assert "when it was submitted (public-2021): 3." in text
    assert "got by another way" in text
    assert report.lines[-1] == "Nothing is wrong with this log."


def test_an_empty_log_holds(tmp_path: Path) -> None:
    Story().write(tmp_path)
    assert audit(tmp_path).ok


def test_a_log_of_several_levels_of_tiles_holds(tmp_path: Path) -> None:
    story = honest()
    story.keep_private(66_000)
    story.write(tmp_path)
    report = audit(tmp_path)
    assert report.ok, report.lines
    assert "tiles that agree with it: 261." in "\n".join(report.lines)


def flipped(path: Path, step: int) -> Iterator[str]:
    """Flip one bit of every step-th byte of each file in turn, and give its place."""
    for file in published(path):
        data = bytearray(file.read_bytes())
        for at in range(0, len(data), step):
            bit = 1 << (at // step) % 8
            data[at] ^= bit
            file.write_bytes(data)
            yield f"bit {bit} of byte {at} of {file.relative_to(path)}"
            data[at] ^= bit
        file.write_bytes(data)


def test_a_flipped_bit_in_every_single_byte_of_a_small_log_is_noticed(tmp_path: Path) -> None:
    story = Story()
    story.keep_private(4)
    story.write(tmp_path)
    (tmp_path / "vkeys-mldsa").unlink()
    signed = (tmp_path / "checkpoint").read_bytes().splitlines(keepends=True)
    (tmp_path / "checkpoint").write_bytes(b"".join(line for line in signed if len(line) < 1000))
    for place in flipped(tmp_path, step=1):
        assert not audit(tmp_path).ok, place
    assert audit(tmp_path).ok


def test_flipped_bits_in_regime_texts_and_mldsa_key_and_line_are_noticed(tmp_path: Path) -> None:
    story = Story()
    story.found()
    story.publish()
    story.write(tmp_path)
    for place in flipped(tmp_path, step=53):
        assert not audit(tmp_path).ok, place
    assert audit(tmp_path).ok


@pytest.mark.parametrize("keep", [0, 1, 31, -32, -1])
@pytest.mark.parametrize("name", ["tile/0/000.p/11", "tile/entries/000.p/11", "checkpoint", "vkeys-mldsa"])
def test_truncated_files_are_noticed(tmp_path: Path, name: str, keep: int) -> None:
    honest().write(tmp_path)
    (tmp_path / name).write_bytes((tmp_path / name).read_bytes()[:keep])
    assert not audit(tmp_path).ok


@pytest.mark.parametrize(
    "name", ["tile/0/000.p/11", "tile/entries/000.p/11", "checkpoint", "policy", "vkeys"]
)
def test_missing_files_are_noticed(tmp_path: Path, name: str) -> None:
    honest().write(tmp_path)
    (tmp_path / name).unlink()
    assert rules(tmp_path) == {"tile-missing"}


def test_entries_in_another_order_do_not_lead_to_the_signed_root(tmp_path: Path) -> None:
    story = honest()
    story.write(tmp_path)
    swapped = [*story.entries[:5], story.entries[6], story.entries[5], *story.entries[7:]]
    (tmp_path / "tile/entries/000.p/11").write_bytes(layout.encode_bundle(swapped))
    assert rules(tmp_path) == {"tile-false", "root-false"}


def test_two_full_tiles_in_the_wrong_order_are_noticed(tmp_path: Path) -> None:
    story = honest()
    story.keep_private(600)
    story.write(tmp_path)
    for kind in ("0", "entries"):
        first, second = tmp_path / "tile" / kind / "000", tmp_path / "tile" / kind / "001"
        one, two = first.read_bytes(), second.read_bytes()
        first.write_bytes(two)
        second.write_bytes(one)
    assert {"tile-false", "root-false"} <= rules(tmp_path)


def test_a_false_upper_tile_is_noticed_though_the_entries_are_right(tmp_path: Path) -> None:
    story = honest()
    story.keep_private(600)
    story.write(tmp_path)
    (tmp_path / "tile/1/000.p/2").write_bytes(bytes(64))
    assert rules(tmp_path) == {"tile-false"}


def test_a_log_without_its_quorum_is_not_believed(tmp_path: Path) -> None:
    log = honest().write(tmp_path)
    alone = log.sign(11, root_of(log.entries), [log.log, log.mldsa])
    log.folder.put("checkpoint", alone.encode())
    assert rules(tmp_path) == {"policy-quorum"}


def test_a_policy_that_asks_for_no_witness_is_itself_a_fault(tmp_path: Path) -> None:
    log = SmallLog(tmp_path, witnesses=0, k=0)
    log.grow(honest().entries, honest().texts)
    assert rules(tmp_path) == {"policy-no-quorum"}


def test_a_checkpoint_without_its_mldsa_line_is_a_fault(tmp_path: Path) -> None:
    log = honest().write(tmp_path)
    bare = log.sign(11, root_of(log.entries), [log.log, *log.witnesses])
    log.folder.put("checkpoint", bare.encode())
    assert rules(tmp_path) == {"mldsa-missing"}


def test_the_auditors_own_policy_is_used_in_place_of_the_servers(tmp_path: Path) -> None:
    log = honest().write(tmp_path / "log")
    own = audit(log.folder.path, policy=log.policy.encode())
    assert own.ok
    assert "got by another way" not in "\n".join(own.lines)
    mallory = Ed25519Signer(log.log.vkey.name, bytes([66]) * 32)
    other = policy.make(mallory.vkey, [("w", log.witnesses[0].vkey, "")], 1)
    report = audit(log.folder.path, policy=other.encode())
    assert {fault.rule for fault in report.faults} == {"policy-differs", "policy-log"}


def test_the_log_must_continue_the_checkpoint_that_was_kept(tmp_path: Path) -> None:
    story = honest()
    log = story.write(tmp_path / "log")
    kept = log.folder.checkpoint()
    story.keep_private(300)
    log.grow(story.entries[11:])
    good = audit(log.folder.path, earlier=kept)
    assert good.ok
    assert "It continues the earlier checkpoint of 11 entries." in good.lines
    other = Story()
    other.found()
    other.keep_private(400)
    fork = other.write(tmp_path / "fork")
    assert {f.rule for f in audit(fork.folder.path, earlier=kept).faults} == {"earlier-fork"}
    longer = audit(log.folder.path, earlier=fork.folder.checkpoint())
    assert {f.rule for f in longer.faults} == {"earlier-fork"}
    assert {f.rule for f in audit(log.folder.path, earlier=b"no note").faults} == {"earlier-false"}


def test_a_size_that_is_a_lie_ends_the_replay_with_a_fault(tmp_path: Path) -> None:
    log = honest().write(tmp_path)
    huge = Checkpoint(log.log.vkey.name, 2**62, bytes(32)).sign(log.signers, 1795356000)
    log.folder.put("checkpoint", huge.encode())
    assert rules(tmp_path) == {"tile-missing"}


def test_a_folder_that_is_no_log_is_said_to_be_none(tmp_path: Path) -> None:
    assert rules(tmp_path) == {"tile-missing"}
    assert "is no folder" in audit(tmp_path / "nowhere").lines[-1]


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder and says nothing."""

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    story = honest()
    story.keep_private(300)
    story.write(tmp_path / "log")
    handler = partial(Quiet, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize("below", ["", "/", "/log", "/log/"])
def test_a_log_is_audited_over_http_by_its_own_address_or_its_sites(site: str, below: str) -> None:
    report = audit(site + below)
    assert report.ok, report.lines
    assert "rebuilt from all 311 entries" in "\n".join(report.lines)


def test_an_address_without_a_log_and_one_without_a_server_are_faults(site: str) -> None:
    assert {f.rule for f in audit(f"{site}/nothing").faults} == {"tile-missing"}
    assert {f.rule for f in audit("http://127.0.0.1:9/").faults} == {"wire-unreachable"}
