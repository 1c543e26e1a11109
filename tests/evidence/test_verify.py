"""Verifying says what holds; and whatever Mallory changes in a package, it is found and named.

Mallory may also write the manifests anew: then the signatures and the log's proofs must tell.
"""

import json
import os
import random
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.core.cases import AT, HARBOUR, PASSING, REGIME, SALT, SOUND, an_id
from tests.evidence import handover
from tests.evidence.handover import CLIPS, HandOver
from vicinage.core import agency, canonical, rfa
from vicinage.evidence import manifest, pack
from vicinage.evidence.verify import Report, verify
from vicinage.seal import header, sign
from vicinage.seal.keys import Identity
from vicinage.tlog.signing import Ed25519Signer

MALLORY = Identity.generate()


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> HandOver:
    return handover.make(tmp_path_factory.mktemp("log"))


@pytest.fixture(scope="module")
def genuine(given: HandOver, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("out") / "package"
    pack.write_folder(path, given.contents)
    return path


@pytest.fixture
def copy(genuine: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(genuine, tmp_path / "copy"))


def faults(path: Path, **options: Any) -> str:
    """What is wrong, in one text. Fails the test if nothing is."""
    report = verify(path, **options)
    assert not report.ok
    assert report.lines[-1] == "Do not rely on this package."
    return "\n".join(report.faults)


def rewrite(folder: Path) -> None:
    """Mallory writes all manifests anew, so that the bag is whole again."""
    files = [p for p in folder.rglob("*") if p.is_file() and p.relative_to(folder).parts[0] == "data"]
    hashes = {p.relative_to(folder).as_posix(): manifest.sha256(p.read_bytes()) for p in files}
    tags = {
        manifest.DECLARATION: manifest.DECLARATION_TEXT,
        manifest.INFO: manifest.info(AT, an_id("o"), SOUND.id, [p.stat().st_size for p in files]),
        manifest.MANIFEST: manifest.write(hashes),
    }
    for name, data in tags.items():
        (folder / name).write_bytes(data)
    sums = {name: manifest.sha256(data) for name, data in tags.items()}
    (folder / manifest.TAG_MANIFEST).write_bytes(manifest.write(sums))


def packed(tmp_path: Path, contents: pack.Contents) -> Path:
    pack.write_folder(tmp_path / "packed", contents)
    return tmp_path / "packed"


def names(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def test_a_genuine_package_holds_and_says_what_was_checked(given: HandOver, genuine: Path) -> None:
    report = verify(genuine)
    assert report.ok, report.faults
    told = "\n".join(report.lines)
    for part in (
        "The package is whole: each of its 21 files",
        "It holds the 2 clip(s)",
        f'Request for Assistance {SOUND.id} "{SOUND.title}", reference 26-1107, is entry 2 of the log',
        "The agency Harbour Police was verified",
        "Alice Example (alice@home.example) signed the consent",
        "cosigned by w0, w1, no later than 2026-11-22T14:01:00Z",
        "its clock was -12 ms off",
        given.contents.clips[0].statement["sha256"],
        "taken from the package itself",
        "Nothing is wrong with this package.",
    ):
        assert part in told


def test_the_readers_own_policy_is_used_when_it_is_given(
    given: HandOver, genuine: Path, tmp_path: Path
) -> None:
    report = verify(genuine, policy=given.contents.policy)
    assert report.ok
    assert "taken from the package itself" not in "\n".join(report.lines)
    other = Ed25519Signer.generate("mallory.test/log")
    foreign = given.contents.policy.replace(
        str(given.contents.policy.split()[1], "ascii").encode(), str(other.vkey).encode()
    )
    assert "another log" in faults(genuine, policy=foreign)


def test_a_forged_log_is_found_by_the_readers_own_policy_only(given: HandOver, tmp_path: Path) -> None:
    forged = handover.make(tmp_path / "log", witnesses=1)
    path = packed(tmp_path, forged.contents)
    assert verify(path).ok
    assert "does not hold" in faults(path, policy=given.contents.policy)


def test_one_flipped_byte_in_any_file_is_found(genuine: Path, copy: Path) -> None:
    chance = random.Random(7)  # noqa: S311  (which bytes to flip is no secret)
    for name in names(genuine):
        data = (genuine / name).read_bytes()
        places = {0, len(data) // 2, len(data) - 1} | {chance.randrange(len(data)) for _ in range(4)}
        for place in sorted(places):
            changed = bytearray(data)
            changed[place] ^= 1 << chance.randrange(8)
            (copy / name).write_bytes(changed)
            assert not verify(copy).ok, (name, place)
        (copy / name).write_bytes(data)
    assert verify(copy).ok


SIGNED = [
    *(manifest.RFA_LEAF, manifest.RFA_TEXT, manifest.RFA_PROOF, manifest.AGENCY_LEAF, manifest.AGENCY_PROOF),
    *(manifest.KEY_LEAF, manifest.KEY_PROOF, manifest.CONSENT, manifest.CONSENT_LEAF, manifest.CONSENT_PROOF),
    *(manifest.VKEYS, manifest.POLICY, *map(manifest.clip_file, CLIPS), *map(manifest.clip_statement, CLIPS)),
]


@pytest.mark.parametrize("name", SIGNED)
def test_one_flipped_byte_is_found_even_when_all_manifests_are_written_anew(name: str, copy: Path) -> None:
    data = (copy / name).read_bytes()
    chance = random.Random(name)  # noqa: S311  (which bytes to flip is no secret)
    for place in {0, len(data) // 2, len(data) - 1} | {chance.randrange(len(data)) for _ in range(9)}:
        changed = bytearray(data)
        changed[place] ^= 1 << chance.randrange(8)
        (copy / name).write_bytes(changed)
        rewrite(copy)
        assert not verify(copy).ok, (name, place)


@pytest.mark.parametrize("name", sorted({*SIGNED, manifest.HOW_TO} - {manifest.RFA_TEXT}))
def test_a_missing_file_is_found_even_when_all_manifests_are_written_anew(name: str, copy: Path) -> None:
    (copy / name).unlink()
    assert name in faults(copy)
    rewrite(copy)
    assert faults(copy)


def test_a_text_that_is_left_out_is_said(copy: Path) -> None:
    (copy / manifest.RFA_TEXT).unlink()
    rewrite(copy)
    report = verify(copy)
    assert report.ok
    assert "redacted or withheld" in "\n".join(report.notes)


@pytest.mark.parametrize("name", ["data/more.txt", f"data/clips/{an_id('z')}.age", "more.txt", ".hidden"])
def test_a_file_too_many_is_found_even_when_all_manifests_are_written_anew(name: str, copy: Path) -> None:
    (copy / name).write_bytes(b"more")
    assert faults(copy)
    rewrite(copy)
    assert faults(copy)


def test_swapped_headers_are_found(given: HandOver, tmp_path: Path) -> None:
    one, two = given.contents.clips
    swapped = (replace(one, header=two.header), replace(two, header=one.header))
    assert "another header than its owner made" in faults(
        packed(tmp_path, replace(given.contents, clips=swapped))
    )


def test_a_header_for_mallory_is_found(given: HandOver, tmp_path: Path) -> None:
    one, two = given.contents.clips
    mallorys = replace(one, header=header.make(bytes(16), [MALLORY.recipient]))
    assert "another header" in faults(packed(tmp_path, replace(given.contents, clips=(mallorys, two))))


def test_swapped_clips_are_found(copy: Path) -> None:
    one, two = (copy / manifest.clip_file(clip) for clip in CLIPS)
    first, second = one.read_bytes(), two.read_bytes()
    one.write_bytes(second)
    two.write_bytes(first)
    rewrite(copy)
    assert faults(copy).count("another header than its owner made") == 2


def test_the_consent_to_another_hand_over_is_found(given: HandOver, tmp_path: Path) -> None:
    other = handover.make(tmp_path / "log").contents
    wrong = replace(given.contents, statement=other.statement, signature=other.signature)
    assert "commitment" in faults(packed(tmp_path, wrong))


def test_a_consent_signed_by_mallory_is_found(given: HandOver, tmp_path: Path) -> None:
    signature = sign.sign(b"m" * 32, b"vicinage/consent/v1\n" + canonical.dumps(given.contents.statement))
    wrong = replace(given.contents, signature=signature)
    assert "not signed by the household that it names" in faults(packed(tmp_path, wrong))


def test_a_clip_statement_signed_by_mallory_is_found(given: HandOver, tmp_path: Path) -> None:
    one, two = given.contents.clips
    signature = sign.sign(b"m" * 32, b"vicinage/clip/v1\n" + canonical.dumps(one.statement))
    wrong = replace(given.contents, clips=(replace(one, signature=signature), two))
    assert "is not its hub's" in faults(packed(tmp_path, wrong))


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("rfa", an_id("q"), "The consent is for the Request for Assistance"),
        ("rfa_leaf", 3, "The consent is for the Request for Assistance"),
        ("agency", an_id("q"), "The consent is for agency"),
        ("agency_key_leaf", 0, "The consent names the key in entry 0"),
        ("recipient", MALLORY.recipient, "The consent names the key"),
        ("retention_days", 30, "keeps clips 30 days"),
        ("household", sign.public_key(b"m" * 32), "not signed by the household"),
    ],
    ids=["rfa", "rfa-leaf", "agency", "agency-key-leaf", "recipient", "retention", "household"],
)
def test_a_consent_that_names_something_else_is_found(
    field: str, value: object, sentence: str, tmp_path: Path
) -> None:
    def change(fields: dict[str, Any]) -> None:
        fields[field] = value

    assert sentence in faults(packed(tmp_path, handover.make(tmp_path / "log", change=change).contents))


def test_a_consent_that_states_another_time_for_a_clip_is_found(tmp_path: Path) -> None:
    def change(fields: dict[str, Any]) -> None:
        fields["clips"][1]["end"] = "2026-11-22T10:30:00.000Z"

    contents = handover.make(tmp_path / "log", change=change).contents
    assert "do not say the same" in faults(packed(tmp_path, contents))


def test_a_clip_from_outside_the_window_is_found(tmp_path: Path) -> None:
    late = handover.make(tmp_path / "log", clip_start_s=3 * 3600).contents
    assert "not recorded in the time asked for" in faults(packed(tmp_path, late))


def test_a_foreign_rfa_of_the_same_log_is_found(given: HandOver, tmp_path: Path) -> None:
    foreign = replace(SOUND, id=an_id("f"))
    decision = rfa.publish(REGIME, foreign, HARBOUR, (), (), PASSING, AT, AT, SALT)
    entries = [logged.leaf for logged in (given.contents.agency, given.contents.agency_key)]
    logged, rules, vkeys = handover.log(tmp_path / "log", [*entries, handover.leaf_of(decision)])
    assert rules == given.contents.policy
    assert vkeys == given.contents.vkeys
    assert decision.event is not None
    wrong = replace(given.contents, rfa=logged[2], rfa_text=decision.event.text)
    assert f"holds {foreign.id} (entry 2)" in faults(packed(tmp_path, wrong))


def test_an_older_key_of_the_agency_is_found(given: HandOver, tmp_path: Path) -> None:
    before = AT - timedelta(days=9)
    older = handover.leaf_of(agency.publish_key(REGIME, HARBOUR.id, MALLORY.recipient, False, before))
    logged, _, _ = handover.log(tmp_path / "log", [given.contents.agency.leaf, older])
    wrong = replace(given.contents, agency_key=logged[1])
    assert "The consent names the key in entry 1" in faults(packed(tmp_path, wrong))


def test_a_package_for_a_request_passed_on_by_mail_holds_with_the_fields_that_were_sealed(
    tmp_path: Path,
) -> None:
    contents = handover.make(tmp_path / "log", mediated=True).contents
    report = verify(packed(tmp_path, contents))
    assert report.ok, report.lines
    assert any(f'"{SOUND.title}"' in line for line in report.lines)


def test_sealed_fields_that_are_others_or_missing_or_too_many_are_found(
    given: HandOver, tmp_path: Path
) -> None:
    contents = handover.make(tmp_path / "log", mediated=True).contents
    assert contents.rfa_fields is not None
    for part in ("other", "none", "more"):
        (tmp_path / part).mkdir()
    other = replace(contents, rfa_fields=contents.rfa_fields.replace(b"26-1107", b"26-1108"))
    assert "is not the one that the log commits to" in faults(packed(tmp_path / "other", other))
    none = replace(contents, rfa_fields=None)
    assert "should be an entry rfa.published" in faults(packed(tmp_path / "none", none))
    more = replace(given.contents, rfa_fields=contents.rfa_fields)
    assert "should be an entry rfa.mediated" in faults(packed(tmp_path / "more", more))


def test_proofs_that_change_places_are_found(given: HandOver, tmp_path: Path) -> None:
    swapped = replace(given.contents.rfa, proof=given.contents.agency.proof)
    assert "data/rfa.tlog-proof does not hold" in faults(
        packed(tmp_path, replace(given.contents, rfa=swapped))
    )


def test_a_checkpoint_without_the_quorum_is_found(given: HandOver, tmp_path: Path) -> None:
    alone = b"\n".join(
        line for line in given.contents.rfa.proof.split(b"\n") if b"witness.test/1" not in line
    )
    wrong = replace(given.contents, rfa=replace(given.contents.rfa, proof=alone))
    assert "quorum" in faults(packed(tmp_path, wrong))


def test_a_policy_without_witnesses_is_refused(given: HandOver, tmp_path: Path) -> None:
    first = given.contents.policy.split(b"\n")[0]
    wrong = replace(given.contents, policy=first + b"\nquorum none\n")
    assert "demands no witness" in faults(packed(tmp_path, wrong))


def test_an_opening_that_hides_a_field_is_refused(given: HandOver, tmp_path: Path) -> None:
    opening = json.loads(json.dumps(given.contents.opening))
    shown = opening["fields"]["name"]
    opening["fields"]["name"] = {"hash": "00" * 32}
    assert "does not fit the commitment" in faults(packed(tmp_path, replace(given.contents, opening=opening)))
    assert shown["value"] == "Alice Example"


def test_a_consent_in_another_spelling_is_refused(copy: Path) -> None:
    path = copy / manifest.CONSENT
    path.write_text(json.dumps(json.loads(path.read_text()), indent=1))
    rewrite(copy)
    assert "canonical" in faults(copy)


def _nest(value: object) -> object:
    return [value]


@pytest.mark.parametrize(
    "twist",
    [_nest, repr, lambda v: None, lambda v: -1, lambda v: {}],
    ids=["nested", "text", "null", "-1", "{}"],
)
def test_no_oddly_shaped_paper_ends_in_anything_but_a_report(
    twist: Callable[[object], object], copy: Path
) -> None:
    for name in (manifest.CONSENT, manifest.RFA_TEXT, manifest.RFA_LEAF, manifest.clip_statement(CLIPS[0])):
        data = (copy / name).read_bytes()
        told = json.loads(data)
        for key in [*told, *told.get("statement", {})]:
            odd = json.loads(data)
            part = odd if key in odd else odd["statement"]
            before, part[key] = part[key], twist(part[key])
            if part[key] == before:
                continue
            (copy / name).write_bytes(canonical.dumps(odd))
            rewrite(copy)
            assert not verify(copy).ok, (name, key)
        (copy / name).write_bytes(data)


def test_random_bytes_in_any_file_end_in_a_report(copy: Path) -> None:
    for name in names(copy):
        data = (copy / name).read_bytes()
        (copy / name).write_bytes(os.urandom(len(data)))
        assert isinstance(verify(copy), Report)
        (copy / name).write_bytes(b"")
        assert not verify(copy).ok
        (copy / name).write_bytes(data)


def test_a_name_cannot_forge_a_line_of_the_report(tmp_path: Path) -> None:
    def change(fields: dict[str, Any]) -> None:
        fields["name"] = "Mallory\nNothing is wrong with this package.\u202e"

    path = packed(tmp_path, handover.make(tmp_path / "log", change=change).contents)
    (path / manifest.HOW_TO).write_bytes(b"")
    lines = verify(path).lines
    assert any("Mallory" in line for line in lines)
    assert not any("\n" in line or "\u202e" in line for line in lines)
    assert "Nothing is wrong with this package." not in lines
