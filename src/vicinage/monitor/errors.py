"""What keeps a mirror or a monitor from its work.

MonitorError    a home that is damaged or held by another process; an alarm that cannot be delivered
"""

from vicinage.errors import VicinageError


class MonitorError(VicinageError):
    """The mirror or monitor itself cannot go on; nothing is said about the log."""
