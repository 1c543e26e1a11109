"""Time in a log: what a signer may state when its clock was set back.

A time that a key has signed is never followed by an earlier one. A clock that stumbles by seconds is
held; one that was set back further signs nothing until it is right again.
"""

from vicinage.tlog.errors import NoteError

SLACK_S = 60
"""How far a clock may fall behind the last time signed before its owner stops signing, in seconds."""


def not_before(last: int | None, now: int) -> int:
    """The time to sign: `now`, or `last` when the clock stumbled. POSIX seconds.

    last: the time signed last, or None. Raises NoteError (clock-back) when now is more than SLACK_S
    before it.
    """
    if last is None or now >= last:
        return now
    if last - now > SLACK_S:
        raise NoteError(
            "clock-back",
            f"The clock is {last - now} seconds behind the time that was signed last; nothing is signed.",
            "Set the clock right. If it was ahead before, wait until that time has passed.",
        )
    return last
