"""The outline of an evidence package: a BagIt bag (RFC 8493), its file names, manifests and limits."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from datetime import datetime

from vicinage.evidence.errors import PackageError

DECLARATION = "bagit.txt"
INFO = "bag-info.txt"
MANIFEST = "manifest-sha256.txt"
TAG_MANIFEST = "tagmanifest-sha256.txt"
TAGS = (DECLARATION, INFO, MANIFEST)
"""Tag files that the tag manifest lists; itself it cannot list."""

DATA = "data/"
RFA_LEAF, RFA_TEXT, RFA_PROOF = "data/rfa.leaf", "data/rfa.text.json", "data/rfa.tlog-proof"
RFA_FIELDS = "data/rfa.fields.json"
AGENCY_LEAF, AGENCY_PROOF = "data/agency.leaf", "data/agency.tlog-proof"
KEY_LEAF, KEY_PROOF = "data/agency-key.leaf", "data/agency-key.tlog-proof"
CONSENT, CONSENT_LEAF, CONSENT_PROOF = "data/consent.json", "data/consent.leaf", "data/consent.tlog-proof"
POLICY, VKEYS, HOW_TO = "data/policy", "data/vkeys", "data/HOW-TO-VERIFY.txt"

REQUIRED = frozenset(
    (
        *(RFA_LEAF, RFA_PROOF, AGENCY_LEAF, AGENCY_PROOF, KEY_LEAF, KEY_PROOF),
        *(CONSENT, CONSENT_LEAF, CONSENT_PROOF, POLICY, VKEYS, HOW_TO),
    )
)
OPTIONAL = frozenset((RFA_TEXT, RFA_FIELDS))
"""The text of an rfa may have been redacted by law; its commitment in the leaf then stands alone. The fields
are of an rfa that was passed on by mail: its leaf commits to them.
"""

DECLARATION_TEXT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"

MAX_FILES = 200
MAX_SMALL_BYTES = 1024 * 1024
"""Largest file that is not a clip."""

MAX_CLIP_BYTES = 5 * 1024**3

_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}(/[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}){0,3}")
_LINE = re.compile(r"([0-9a-f]{64})  (\S+)")


def clip_file(clip: str) -> str:
    """Where the sealed clip lies: header for the agency, then payload; an ordinary age file."""
    return f"data/clips/{clip}.age"


def clip_statement(clip: str) -> str:
    """Where the hub's statement on the clip lies, with its signature."""
    return f"data/clips/{clip}.json"


def limit_of(name: str) -> int:
    """Most bytes that the file may have."""
    return MAX_CLIP_BYTES if name.endswith(".age") else MAX_SMALL_BYTES


def check_name(name: str) -> str:
    """A file's name within the bag: plain letters, forward slashes, no way out. Raises PackageError."""
    if _NAME.fullmatch(name) is None:
        raise PackageError(
            "package-name", f"The package has a file named {name[:100]!r}, which no package of ours has."
        )
    return name


def write(hashes: Mapping[str, str]) -> bytes:
    """A manifest: a line for each file, as `sha256sum -c` reads it."""
    return "".join(f"{hashes[name]}  {name}\n" for name in sorted(hashes)).encode()


def parse(data: bytes, which: str) -> dict[str, str]:
    """File names and SHA-256 of a manifest. Raises PackageError. which: the manifest's own name."""
    broken = PackageError("package-manifest", f"{which} is not a list of SHA-256 hashes and file names.")
    try:
        text = data.decode("ascii")
    except UnicodeDecodeError as error:
        raise broken from error
    if not text.endswith("\n"):
        raise broken
    hashes: dict[str, str] = {}
    for line in text[:-1].split("\n"):
        match = _LINE.fullmatch(line)
        if match is None or match[2] in hashes or len(hashes) >= MAX_FILES:
            raise broken
        hashes[check_name(match[2])] = match[1]
    return hashes


def info(made_at: datetime, consent: str, rfa: str, sizes: Iterable[int]) -> bytes:
    """bag-info.txt. sizes: of the files under data/, in bytes."""
    listed = list(sizes)
    lines = [
        "Bag-Software-Agent: vicinage",
        f"Bagging-Date: {made_at:%Y-%m-%d}",
        f"External-Identifier: {consent}",
        "External-Description: Clips handed over by their owner's consent for one Request for Assistance",
        f"Internal-Sender-Identifier: {rfa}",
        f"Payload-Oxum: {sum(listed)}.{len(listed)}",
    ]
    return ("\n".join(lines) + "\n").encode()


def sha256(data: bytes) -> str:
    """In lower-case hex."""
    return hashlib.sha256(data).hexdigest()
