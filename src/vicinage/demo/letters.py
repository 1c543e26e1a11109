"""The mail of a server that has no mail server: files in its state folder, read as their receivers would."""

import re
from email import message_from_bytes, policy
from pathlib import Path

from vicinage.demo.people import DemoError

PART = re.compile(rb"^-{79}\n", re.MULTILINE)


def letters(home: Path, to: str) -> list[str]:
    """Bodies of the letters to this address, oldest first. home: the server's state folder."""
    found = []
    for path in sorted((home / "mail").glob("*"), key=lambda path: path.stat().st_mtime_ns):
        for part in PART.split(path.read_bytes()):
            letter = message_from_bytes(part.lstrip(), policy=policy.default)
            if to.lower() in str(letter["To"] or "").lower():
                found.append(str(letter.get_content()))
    return found


def newest_link(home: Path, to: str, path: str) -> str:
    """The newest link to this address whose path begins so: its path. Raises DemoError."""
    wanted = re.compile(rf"https?://[^/\s]+({re.escape(path)}[A-Za-z0-9_-]{{20,100}}/)")
    links = [link for body in letters(home, to) for link in wanted.findall(body)]
    if not links:
        raise DemoError("demo-no-letter", f"A letter to {to} should have a link to {path}, and none has.")
    return str(links[-1])
