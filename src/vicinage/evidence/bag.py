"""Reads a whole package once and checks that it is whole: every file listed, every hash as stated."""

import hashlib
from dataclasses import dataclass

from vicinage.evidence import manifest
from vicinage.evidence.errors import PackageError
from vicinage.evidence.source import Source
from vicinage.seal import header
from vicinage.seal.errors import HeaderBrokenError
from vicinage.seal.header import Header

_PART_BYTES = 1024 * 1024
_SMALL_TOTAL_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True)
class SealedFile:
    """A clip's file, read once. header: None where it is not that of an age file; hashes in hex."""

    header: Header | None
    sha256: str
    sha256_payload: str
    size_payload: int


@dataclass(frozen=True)
class Bag:
    """The small files' bytes and the clips' hashes, by name in the bag."""

    small: dict[str, bytes]
    clips: dict[str, SealedFile]

    def file(self, name: str) -> bytes:
        """A small file. Raises PackageError (package-file-missing)."""
        if name not in self.small:
            raise PackageError("package-file-missing", f"The file {name} should be there, and is missing.")
        return self.small[name]

    def hashes(self) -> dict[str, str]:
        """SHA-256 of every file, as read."""
        small = {name: manifest.sha256(data) for name, data in self.small.items()}
        return small | {name: clip.sha256 for name, clip in self.clips.items()}


def read(source: Source) -> Bag:
    """Read every file of the package, the clips in parts. Raises PackageError."""
    if sum(size for name, size in source.sizes.items() if not name.endswith(".age")) > _SMALL_TOTAL_BYTES:
        raise PackageError("package-large", "The package's papers are larger than they may be.")
    small, clips = {}, {}
    for name in source.sizes:
        if name.endswith(".age"):
            clips[name] = _read_clip(source, name)
        else:
            with source.open(name) as file:
                small[name] = file.read(manifest.MAX_SMALL_BYTES + 1)
    return Bag(small, clips)


def check_whole(bag: Bag) -> str:
    """A sentence on what was compared. Raises PackageError, naming the first file that is wrong."""
    if bag.file(manifest.DECLARATION) != manifest.DECLARATION_TEXT:
        raise PackageError("package-not-a-bag", f"{manifest.DECLARATION} is not that of a BagIt 1.0 bag.")
    hashes = bag.hashes()
    tags = manifest.parse(bag.file(manifest.TAG_MANIFEST), manifest.TAG_MANIFEST)
    listed = manifest.parse(bag.file(manifest.MANIFEST), manifest.MANIFEST)
    if set(tags) != set(manifest.TAGS) or not all(name.startswith(manifest.DATA) for name in listed):
        raise PackageError("package-manifest", "A manifest lists other files than it should.")
    stated = listed | tags
    for name in sorted(stated):
        if name not in hashes:
            raise PackageError("package-file-missing", f"The file {name} is listed, and is missing.")
        if hashes[name] != stated[name]:
            raise PackageError("package-changed", f"The file {name} was changed: its SHA-256 is another.")
    extra = sorted(hashes.keys() - stated.keys() - {manifest.TAG_MANIFEST})
    if extra:
        raise PackageError(
            "package-extra", f"The file {extra[0]} is in the package, but no manifest lists it."
        )
    _check_oxum(bag, listed)
    return f"The package is whole: each of its {len(hashes)} files has the SHA-256 that its manifests state."


def _check_oxum(bag: Bag, listed: dict[str, str]) -> None:
    """bag-info.txt states the number of bytes and files under data/."""
    size = sum(len(data) for name, data in bag.small.items() if name in listed)
    for name, clip in bag.clips.items():
        if name in listed:
            size += clip.size_payload + (len(clip.header.raw) if clip.header else 0)
    line = f"Payload-Oxum: {size}.{len(listed)}"
    if line not in bag.file(manifest.INFO).decode("utf-8", "replace").splitlines():
        raise PackageError("package-info", f'{manifest.INFO} should say "{line}", and does not.')


def _read_clip(source: Source, name: str) -> SealedFile:
    """Hash one sealed clip: whole, and its payload by itself."""
    with source.open(name) as file:
        try:
            parsed = header.read(file)
        except HeaderBrokenError:
            parsed = None
    whole, payload = hashlib.sha256(), hashlib.sha256()
    size = 0
    with source.open(name) as file:
        if parsed is not None:
            whole.update(file.read(len(parsed.raw)))
        while part := file.read(_PART_BYTES):
            whole.update(part)
            payload.update(part)
            size += len(part)
    return SealedFile(parsed, whole.hexdigest(), payload.hexdigest(), size)
