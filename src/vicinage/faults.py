"""Planted points at which a fault test may kill the process.

`point("hub.spool.written")` does nothing, unless the environment names that very point in
VICINAGE_KILL_AT: then the process ends at once, as by `kill -9`, with no handler run.
The points are listed in POINTS, so that a test can walk them all.
"""

import os
import signal

POINTS = (
    "hub.spool.written",
    "hub.spool.renamed",
    "hub.uplink.begun",
    "hub.uplink.chunk",
    "hub.uplink.done",
    "library.upload.appended",
    "library.upload.completed",
    "ledger.recorded",
    "ledger.sequenced",
    "ledger.tiles",
    "ledger.signed",
    "ledger.published",
    "listings.batch-taken",
    "public.lists",
    "public.batch",
    "witness.recorded",
    "mirror.written",
    "mirror.copied",
    "monitor.checked",
    "monitor.saved",
    "monitor.told",
    "mediation.held",
    "mediation.accepted",
)


def point(name: str) -> None:
    """Die here if VICINAGE_KILL_AT names this point. Raises KeyError for an unlisted name."""
    if name not in POINTS:
        raise KeyError(name)
    if os.environ.get("VICINAGE_KILL_AT") == name:
        os.kill(os.getpid(), signal.SIGKILL)
