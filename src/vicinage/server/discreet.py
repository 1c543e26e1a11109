"""Log lines without people: addresses, keys, tokens and places are struck out before writing."""

import logging
import re

STRUCK = (
    (re.compile(r"AGE-SECRET-KEY-[0-9A-Z]+", re.IGNORECASE), "[key]"),
    (re.compile(r"[A-Za-z0-9._%+-]+(@|%40)[A-Za-z0-9.-]+\.[A-Za-z]{2,}"), "[e-mail]"),
    (re.compile(r"(?i)\b(bearer|sessionid=|csrftoken=)\s*\S+"), r"\1 [token]"),
    (re.compile(r"(?<![\w-])[A-Za-z0-9_-]{40,}(?![\w-])"), "[token]"),
    (re.compile(r"-?\b\d{1,3}\.\d{4,}\b"), "[number]"),
)


def discreet(line: str) -> str:
    """The line with e-mail addresses, keys, tokens and fine coordinates struck out."""
    for pattern, word in STRUCK:
        line = pattern.sub(word, line)
    return line


class Discreet(logging.Formatter):
    """Formats a record, trace included, then strikes out what does not belong in a log."""

    def format(self, record: logging.LogRecord) -> str:
        """One discreet line, or several with a trace."""
        return discreet(super().format(record))
