"""Errors of the ledger.

ServerError
  LedgerError    ledger-keys-missing         the keys are gone while a signed log exists
                 ledger-older                the database is an older copy than what was signed
                 ledger-fork                 the database tells another history than what was signed
                 ledger-folder               the published folder was changed on the disk
                 ledger-clock                the server's clock was set back
                 ledger-witnesses            too few witnesses answer; entries stay pending
                 ledger-witnesses-setting    VICINAGE_WITNESSES cannot be read
                 ledger-unpublished          the entry is not in the published log yet
                 ledger-no-text              no text lies beside the entry that could be redacted
                 ledger-redaction            a redaction does not say what it must
                 ledger-key-rotation         the key cannot be changed, or given up, now
"""

from vicinage.server.errors import ServerError

RECOVERY = "See docs/guide/recovery.md."


class LedgerError(ServerError):
    """The log cannot do what was asked; nothing was signed."""

    def __init__(self, code: str, sentence: str, hint: str = "", status: int = 503) -> None:
        super().__init__(code, sentence, hint, status)


def older(signed: int, held: int, by: str) -> LedgerError:
    """The database holds fewer entries than `by` has signed."""
    return LedgerError(
        "ledger-older",
        f"The database holds {held} log entries, but {by} has signed {signed}: it is an older copy.",
        f"Restore the newest copy of the database. Signing on would fork the log. {RECOVERY}",
    )


def fork(size: int, by: str, entry: int | None = None) -> LedgerError:
    """The database's entries lead to another root than the one `by` has signed; entry: the first such."""
    which = "" if entry is None else f" The first that differs is entry {entry}."
    return LedgerError(
        "ledger-fork",
        f"The first {size} log entries in the database are not those that {by} has signed.{which}",
        f"Restore the right database. Signing on would fork the log. {RECOVERY}",
    )


def dropped(index: int) -> LedgerError:
    """An index that was given out is gone from the database."""
    return LedgerError(
        "ledger-fork",
        f"Entry {index} is missing in the database, though later ones are there.",
        f"Restore the right database. Signing on would fork the log. {RECOVERY}",
    )


def folder(sentence: str) -> LedgerError:
    """The public folder does not hold what was signed."""
    return LedgerError(
        "ledger-folder",
        f"The log's public folder was changed. {sentence}",
        f"Run `vicinage log repair`, which writes it anew from the database. {RECOVERY}",
    )


def clock(sentence: str) -> LedgerError:
    """The clock stands before what was recorded or signed."""
    return LedgerError(
        "ledger-clock",
        sentence,
        f"Set the clock right. If it was ahead before, wait until that time has passed. {RECOVERY}",
    )
