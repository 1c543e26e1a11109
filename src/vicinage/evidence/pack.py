"""Writes an evidence package: a BagIt bag, as a zip stream or a folder, clips never held in memory."""

import hashlib
import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any, BinaryIO

from vicinage.core import canonical, consent
from vicinage.evidence import howto, manifest
from vicinage.evidence.errors import PackageError
from vicinage.evidence.source import open_package

_PART_BYTES = 1024 * 1024


@dataclass(frozen=True)
class Logged:
    """An entry of the log: its bytes, and its tlog-proof file."""

    leaf: bytes
    proof: bytes


@dataclass(frozen=True)
class PackedClip:
    """A clip as handed over.

    header: made by the owner's device for the agency. payload: opens what the hub sealed, to be read
    once. statement, signature: the hub's, as JSON object and base64.
    """

    clip: str
    header: bytes
    payload: Callable[[], IO[bytes]]
    statement: dict[str, Any]
    signature: str


@dataclass(frozen=True)
class Contents:
    """All that goes into a package.

    rfa: the entry that the consent names, published or mediated. rfa_text: the text beside the log, None
    once redacted. rfa_fields: canonical JSON of what a mediated entry commits to, None for a published
    one. statement, signature, opening: of the consent. policy, vkeys: the log's files of those names.
    made_at: now, in UTC.
    """

    made_at: datetime
    clips: tuple[PackedClip, ...]
    rfa: Logged
    rfa_text: bytes | None
    agency: Logged
    agency_key: Logged
    consent: Logged
    statement: dict[str, Any]
    signature: str
    opening: dict[str, Any]
    policy: bytes
    vkeys: bytes
    rfa_fields: bytes | None = None

    def small_files(self) -> dict[str, bytes]:
        """Every file under data/ but the sealed clips. Raises CoreError for a statement that is none."""
        said = consent.parse_statement(self.statement).members()
        signed = {"statement": self.statement, "signature": self.signature, "opening": self.opening}
        files = {
            manifest.RFA_LEAF: self.rfa.leaf,
            manifest.RFA_PROOF: self.rfa.proof,
            manifest.AGENCY_LEAF: self.agency.leaf,
            manifest.AGENCY_PROOF: self.agency.proof,
            manifest.KEY_LEAF: self.agency_key.leaf,
            manifest.KEY_PROOF: self.agency_key.proof,
            manifest.CONSENT: canonical.dumps(signed),
            manifest.CONSENT_LEAF: self.consent.leaf,
            manifest.CONSENT_PROOF: self.consent.proof,
            manifest.POLICY: self.policy,
            manifest.VKEYS: self.vkeys,
            manifest.HOW_TO: howto.text(said, {c.clip: len(c.header) for c in self.clips}),
        }
        if self.rfa_text is not None:
            files[manifest.RFA_TEXT] = self.rfa_text
        if self.rfa_fields is not None:
            files[manifest.RFA_FIELDS] = self.rfa_fields
        for clip in self.clips:
            stated = {"statement": clip.statement, "signature": clip.signature}
            files[manifest.clip_statement(clip.clip)] = canonical.dumps(stated)
        return files


def write(out_zip: BinaryIO, contents: Contents) -> None:
    """Write the package as a zip file; `out_zip` need not be able to seek.

    Raises PackageError (package-payload) when a payload is not the one its hub stated: what was
    written by then is to be thrown away.
    """
    around = f"vicinage-{contents.statement['id']}/"
    when = contents.made_at.timetuple()[:6]
    with zipfile.ZipFile(out_zip, "w", zipfile.ZIP_STORED) as archive:

        def add(name: str, parts: Iterator[bytes]) -> None:
            entry = zipfile.ZipInfo(around + name, when)
            entry.external_attr = 0o100644 << 16
            with archive.open(entry, "w", force_zip64=name.endswith(".age")) as file:
                for part in parts:
                    file.write(part)

        _write(contents, add)


def write_folder(folder: Path, contents: Contents) -> None:
    """Write the package as a folder, which must not exist yet. It appears whole or not at all.

    Raises PackageError (package-payload, package-exists).
    """
    _build(folder, lambda add: _write(contents, add))


def unpack(package: Path, folder: Path) -> None:
    """Copy a package (zip file or folder) to a folder that must not exist yet.

    Only names that a package may have are written, none outside the folder. Raises PackageError.
    """

    def copy(add: Callable[[str, Iterator[bytes]], None]) -> None:
        with open_package(package) as source:
            for name in source.sizes:
                with source.open(name) as file:
                    add(name, read_parts(file))

    _build(folder, copy)


def read_parts(file: IO[bytes]) -> Iterator[bytes]:
    """The rest of a file in parts of a mebibyte."""
    while part := file.read(_PART_BYTES):
        yield part


def _build(folder: Path, fill: Callable[[Callable[[str, Iterator[bytes]], None]], None]) -> None:
    """Fill a new folder beside its place, then move it there."""
    if folder.exists():
        raise PackageError("package-exists", f"There is something at {folder} already.")
    folder.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))

    def add(name: str, parts: Iterator[bytes]) -> None:
        path = scratch / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            for part in parts:
                file.write(part)
            file.flush()
            os.fsync(file.fileno())

    try:
        fill(add)
        scratch.chmod(0o755)
        scratch.rename(folder)
    except BaseException:
        shutil.rmtree(scratch, ignore_errors=True)
        raise


def _write(contents: Contents, add: Callable[[str, Iterator[bytes]], None]) -> None:
    """Give every file to `add`, the manifests last, as they hold the hashes of the others."""
    hashes: dict[str, str] = {}
    sizes: dict[str, int] = {}

    def hashed(name: str, parts: Iterator[bytes]) -> None:
        digest, size = hashlib.sha256(), 0

        def passing() -> Iterator[bytes]:
            nonlocal size
            for part in parts:
                digest.update(part)
                size += len(part)
                yield part

        add(manifest.check_name(name), passing())
        hashes[name], sizes[name] = digest.hexdigest(), size

    for clip in contents.clips:
        hashed(manifest.clip_file(clip.clip), _sealed(clip))
    for name, data in contents.small_files().items():
        hashed(name, iter((data,)))
    listed = manifest.write(hashes)
    said = contents.statement
    tags = {
        manifest.DECLARATION: manifest.DECLARATION_TEXT,
        manifest.INFO: manifest.info(contents.made_at, said["id"], said["rfa"], sizes.values()),
        manifest.MANIFEST: listed,
    }
    for name, data in tags.items():
        add(name, iter((data,)))
    sums = manifest.write({name: manifest.sha256(data) for name, data in tags.items()})
    add(manifest.TAG_MANIFEST, iter((sums,)))


def _sealed(clip: PackedClip) -> Iterator[bytes]:
    """Header and payload. Raises PackageError at the end when the payload is another."""
    digest = hashlib.sha256()
    yield clip.header
    with clip.payload() as file:
        for part in read_parts(file):
            digest.update(part)
            yield part
    if digest.hexdigest() != clip.statement.get("payload_sha256"):
        raise PackageError(
            "package-payload", f"The sealed clip {clip.clip} is not the one that its hub stated."
        )
