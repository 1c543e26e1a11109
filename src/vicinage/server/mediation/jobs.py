"""The post runs beside the requests, in a thread of its own: a slow mail server holds up nothing else.

What it says of trouble is about the mail server alone: no address, no request, no number.
"""

import logging
import threading

from django.db import close_old_connections

from vicinage.server.mediation import rounds

log = logging.getLogger(__name__)
EVERY_S, LONGEST_S = 5.0, 600.0


def loop(stop: threading.Event, every_s: float = EVERY_S) -> None:
    """A round every so often until `stop` is set; while the mail server is away, less and less often."""
    wait_s = every_s
    while not stop.wait(wait_s):
        try:
            rounds.run()
            wait_s = every_s
        except rounds.MailServerError as error:
            if wait_s == every_s:
                log.error("the mail server took no mail (%s); mail waits until it does", error.kind)
            wait_s = min(wait_s * 2, LONGEST_S)
        except Exception as error:  # the loop must outlive a locked or restarting database
            log.error("a round of the post broke off: %s", type(error).__name__)
        finally:
            close_old_connections()
