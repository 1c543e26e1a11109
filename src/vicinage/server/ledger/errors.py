"""Errors of the ledger.

ServerError
  LedgerError    ledger-keys-missing     the keys are gone while a signed log exists
                 ledger-older            the database is an older copy than what was signed
                 ledger-fork             the database tells another history than what was signed
                 ledger-witnesses        too few witnesses answer; entries stay pending
                 ledger-unpublished      the entry is not in the published log yet
"""

from vicinage.server.errors import ServerError


class LedgerError(ServerError):
    """The log cannot do what was asked; nothing was signed."""

    def __init__(self, code: str, sentence: str, hint: str = "", status: int = 503) -> None:
        super().__init__(code, sentence, hint, status)


def older(signed: int, held: int, by: str) -> LedgerError:
    """The database holds fewer entries than `by` has signed."""
    return LedgerError(
        "ledger-older",
        f"The database holds {held} log entries, but {by} has signed {signed}: it is an older copy.",
        "Restore the newest copy of the database. Signing on would fork the log.",
    )


def fork(size: int, by: str) -> LedgerError:
    """The database's entries lead to another root than the one `by` has signed."""
    return LedgerError(
        "ledger-fork",
        f"The first {size} log entries in the database are not those that {by} has signed.",
        "Restore the right database. Signing on would fork the log.",
    )
