"""The words that an applicant signs: the rules in force, and how long the agency keeps what it is given."""

import hashlib

from vicinage.core.regime import Regime
from vicinage.server.agencies.models import Application

# In one language, whatever the page's: what was signed must be the same bytes for everyone.
TEXT = """{name}, by the undersigned, who may speak for it, promises:

1. It asks only under the rules "{title}" ({regime}, SHA-256 {sha256}) and those that follow them in the log.
2. Each request names one incident under active investigation, and is public for good.
3. It keeps what residents hand over for at most {days} days, then deletes it and says so, unless a court orders otherwise.
4. Each officer has an account of their own, at {domain}, with a second factor. Accounts are not shared.
5. It does not try to learn who has a camera, who was asked, or who declined.
6. Its name, domain, desk, promise and every request are public, and stay so when it leaves.
"""  # noqa: E501 (a paragraph a line)


def text(application: Application, regime: Regime) -> str:
    """What this agency is asked to sign under this regime."""
    return TEXT.format(
        name=application.name,
        title=regime.title,
        regime=regime.name,
        sha256=regime.sha256,
        days=application.retention_days,
        domain=application.domain,
    )


def digest(text: str) -> str:
    """The SHA-256 of the words, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()
