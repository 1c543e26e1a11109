"""Two processes for those who do not believe a log: a mirror copies it whole, a monitor judges and alarms.

Both need the base install and an address, no account and no server of ours. What they check is in
evidence; here are their folders, their loops, their alarms and the mirror's static files.
"""

from vicinage.monitor.alarm import Channels
from vicinage.monitor.copying import mirror
from vicinage.monitor.watching import Orders, acknowledge, monitor

__all__ = ["Channels", "Orders", "acknowledge", "mirror", "monitor"]
