"""Errors of a device.

    DeviceError
      UnreachableError   the server does not answer
      RefusedError       the server answered no: by a form's error, a status, or a problem
      UntrustedError     what the server showed does not stand in the log as it should

Codes "http-<status>" stand for an answer without problem details.
"""

from vicinage.errors import VicinageError


class DeviceError(VicinageError):
    """Base of all errors of a device."""


class UnreachableError(DeviceError):
    """The server does not answer."""


class RefusedError(DeviceError):
    """The server said no. `status`: of HTTP, or 200 where a form came back with errors."""

    def __init__(self, code: str, sentence: str, hint: str = "", status: int = 0) -> None:
        super().__init__(code, sentence, hint)
        self.status = status


class UntrustedError(DeviceError):
    """What the server showed does not stand in the log as it should; nothing was sent."""
