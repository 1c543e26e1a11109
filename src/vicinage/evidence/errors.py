"""What can be wrong with an evidence package or a log under audit.

EvidenceError
  PackageError      not a package, or one that was changed
  ActsFileError     not a list of officers' acts, or one that the log does not bear out
"""

from vicinage.errors import VicinageError


class EvidenceError(VicinageError):
    """Base of the evidence floor."""


class PackageError(EvidenceError):
    """A package that is not whole, was changed, or does not fit together."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(code, sentence, "Ask for the package again from where it was first saved.")
