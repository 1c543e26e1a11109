"""What runs beside the requests: publishing what could not be done at once, and the jobs of other apps."""

import logging
import threading
from collections.abc import Callable, Sequence

from django.db import close_old_connections

from vicinage.errors import VicinageError
from vicinage.server.ledger import publish, queries

log = logging.getLogger(__name__)
EVERY_S = 2.0
# A witness that starts with us is a moment late; that is not worth a line.
SAY_AFTER = 3


def loop(
    stop: threading.Event, every_s: float = EVERY_S, beside: Sequence[Callable[[], object]] = ()
) -> None:
    """Publish pending entries every so often until `stop` is set, then do each job `beside` once.

    To be run in a thread. A job that fails is told in the log and asked again the next time.
    """
    failures = 0
    while not stop.wait(every_s):
        try:
            if queries.pending() > 0:
                publish.publish_pending()
            failures = 0
        except (VicinageError, OSError) as error:
            failures += 1
            if failures == SAY_AFTER:
                log.error("the log was not published: %s", error)
        except Exception:  # the loop must outlive a locked or restarting database
            log.exception("the jobs loop goes on after an error")
        for job in beside:
            try:
                job()
            except Exception:  # one job's trouble is not another's
                log.exception("a job goes on after an error")
        close_old_connections()
