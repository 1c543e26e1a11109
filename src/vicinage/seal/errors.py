"""What can go wrong with age files, keys and signatures.

SealError
  KeyBrokenError         a recipient, identity or household key that is not one
  HeaderBrokenError      a header that the age format does not allow
  NoMatchError           a header that no key or passphrase of ours opens
  MacWrongError          a header that was changed
  PayloadBrokenError     a payload that was changed, cut short or lengthened
"""

from vicinage.errors import VicinageError


class SealError(VicinageError):
    """Base of the seal floor."""


class KeyBrokenError(SealError):
    """seal-key-broken: text that is not the key it should be."""

    def __init__(self, sentence: str) -> None:
        super().__init__("seal-key-broken", sentence, "Copy the whole key again from where it was shown.")


class HeaderBrokenError(SealError):
    """seal-header-broken: the header does not follow the age v1 format."""

    def __init__(self, sentence: str) -> None:
        super().__init__("seal-header-broken", sentence, "This is not a whole age v1 file; fetch it again.")


class NoMatchError(SealError):
    """seal-no-match: the file was not sealed to this key, or with this passphrase."""

    def __init__(self, sentence: str) -> None:
        super().__init__("seal-no-match", sentence, "Use the key or code that it was sealed for.")


class MacWrongError(SealError):
    """seal-mac-wrong: the file key fits, but the header is not as its maker wrote it."""

    def __init__(self) -> None:
        super().__init__(
            "seal-mac-wrong",
            "The header of the sealed file was changed after it was made.",
            "Do not trust this copy; fetch it again from its owner.",
        )


class PayloadBrokenError(SealError):
    """seal-payload-broken: what was released before this error is genuine, but not the whole."""

    def __init__(self, sentence: str) -> None:
        super().__init__(
            "seal-payload-broken", sentence, "Delete what was written, and fetch the file again."
        )
