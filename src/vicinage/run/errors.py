"""Errors of the supervisor.

RunError  the platform cannot be started as asked; what is there stays as it is
"""

from vicinage.errors import VicinageError


class RunError(VicinageError):
    """The platform cannot be started as asked."""
