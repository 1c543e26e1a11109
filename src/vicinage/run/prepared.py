"""Whether a state folder was last prepared by this very code, so that there is nothing to migrate."""

import hashlib
from importlib import metadata, resources
from pathlib import Path

from vicinage import durable

MIGRATING = ("Django", "django-allauth")
NOTE = "prepared"


def is_by_this_code(home: Path) -> bool:
    """Whether `note` was left here by the same migrations and the same framework."""
    try:
        return (home / NOTE).read_text() == _fingerprint()
    except FileNotFoundError:
        return False


def note(home: Path) -> None:
    """Note that the folder has been prepared, once it has."""
    durable.replace(home / NOTE, _fingerprint().encode())


def _fingerprint() -> str:
    """SHA-256 over our migrations and the versions of the packages that bring more of them."""
    digest = hashlib.sha256()
    for name in MIGRATING:
        digest.update(f"{name} {metadata.version(name)}\n".encode())
    with resources.as_file(resources.files("vicinage.server")) as server:
        for path in sorted(server.glob("*/migrations/*.py")):
            digest.update(f"{path.relative_to(server)}\n".encode() + path.read_bytes())
    return digest.hexdigest() + "\n"
