"""Errors of the home hub.

HubError
  CameraError    the stream cannot be opened, is no video, broke off, or cannot be cut
  PairingError   the pairing code or the stored configuration is not what it should be
  UplinkError    the server refused, or cannot be reached
  SpoolError     the spool on disk is not what it should be
"""

from vicinage.errors import VicinageError


class HubError(VicinageError):
    """Base of all errors of the hub."""


class CameraError(HubError):
    """The camera's stream cannot be opened, is no video, broke off, or cannot be cut."""


class PairingError(HubError):
    """The pairing code or the stored configuration is not what it should be."""


class UplinkError(HubError):
    """The server refused a clip, or cannot be reached. `lasting`: trying again will not help."""

    def __init__(self, code: str, sentence: str, hint: str = "", lasting: bool = False) -> None:
        super().__init__(code, sentence, hint)
        self.lasting = lasting


class SpoolError(HubError):
    """The spool on disk is not what it should be."""
