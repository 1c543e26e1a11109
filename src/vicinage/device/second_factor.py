"""The authenticator's half of the second factor: time-based one-time passwords of RFC 6238."""

import base64
import time
from collections.abc import Callable

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

PERIOD_S = 30
DIGITS = 6


def code_at(secret: str, unix_s: float) -> str:
    """The six digits of this secret (base32, as the set-up page shows it) at this time."""
    key = base64.b32decode(secret.upper() + "=" * (-len(secret) % 8))
    # SHA-1 is what RFC 6238 and every authenticator take; its weakness does not touch HMAC.
    totp = TOTP(key, DIGITS, SHA1(), PERIOD_S, enforce_key_length=False)  # noqa: S303
    return totp.generate(int(unix_s)).decode()


class Authenticator:
    """Gives each code once only: a server refuses a code that was used before."""

    def __init__(
        self,
        secret: str,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.secret = secret
        self._clock = clock
        self._sleep = sleep
        self._last_period = -1

    def code(self) -> str:
        """A code not given before; waits for the next period (at most 30 s) where it must."""
        now = self._clock()
        period = int(now // PERIOD_S)
        if period <= self._last_period:
            self._sleep((self._last_period + 1) * PERIOD_S - now + 0.05)
            now = max(self._clock(), (self._last_period + 1) * PERIOD_S)
            period = int(now // PERIOD_S)
        self._last_period = period
        return code_at(self.secret, now)
