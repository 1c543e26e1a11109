"""Tells a monitor's keeper that something is wrong: by mail, and by a POST to an address.

An alarm is tried again in each round until it was delivered, so it may come twice, but not never.
"""

import json
import smtplib
import socket
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage

from vicinage.errors import VicinageError
from vicinage.evidence.outcome import Fault, plain
from vicinage.monitor.errors import MonitorError
from vicinage.wire import web

TIMEOUT_S = 20.0
ANSWER_LIMIT = 64 * 1024
MOST_LINES = 100


@dataclass(frozen=True)
class Channels:
    """Where alarms go. mail: an address, by way of smtp (host, port). webhook: an http(s) address."""

    mail: str = ""
    smtp: tuple[str, int] = ("localhost", 25)
    webhook: str = ""


def send(channels: Channels, log: str, told: Sequence[Fault], warned: frozenset[str]) -> None:
    """Deliver by every channel that there is. warned: the rules that are warnings, not faults.

    Raises MonitorError (alarm-mail, alarm-webhook) when one of them fails; the others were tried too.
    """
    failed: list[VicinageError] = []
    for given, deliver in ((channels.mail, _mail), (channels.webhook, _webhook)):
        if given:
            try:
                deliver(channels, plain(log), told, warned)
            except VicinageError as error:
                failed.append(error)
    if failed:
        raise failed[0]


def _mail(channels: Channels, log: str, told: Sequence[Fault], warned: frozenset[str]) -> None:
    message = EmailMessage()
    wrong = sum(fault.rule not in warned for fault in told)
    word = "ALARM" if wrong else "Warning"
    message["Subject"] = f"{word}: the log {log[:100]}"
    message["From"] = f"vicinage-monitor@{_host()}"
    message["To"] = channels.mail
    lines = [f"A monitor of the log {log} found:", ""]
    lines += [f"- {plain(fault.line)}" for fault in told[:MOST_LINES]]
    if len(told) > MOST_LINES:
        lines.append(f"- and {len(told) - MOST_LINES} more.")
    lines += ["", "The monitor's folder has the whole list, and the signed proofs if there are any."]
    message.set_content("\n".join(lines) + "\n")
    host, port = channels.smtp
    try:
        with smtplib.SMTP(host, port, timeout=TIMEOUT_S) as smtp:
            smtp.ehlo()
            if host not in web.LOOPBACK and smtp.has_extn("starttls"):
                smtp.starttls(context=ssl.create_default_context())
                smtp.ehlo()
            smtp.send_message(message)
    except (OSError, smtplib.SMTPException, ValueError) as error:
        raise MonitorError(
            "alarm-mail",
            f"The alarm could not be mailed to {channels.mail} by {host}:{port}: {error}.",
            "It is tried again in the next round. Check --mail and --smtp.",
        ) from error


def _webhook(channels: Channels, log: str, told: Sequence[Fault], warned: frozenset[str]) -> None:
    found = [
        {
            "rule": fault.rule,
            "entry": fault.index,
            "source": fault.source,
            "sentence": plain(fault.sentence),
            "warning": fault.rule in warned,
        }
        for fault in told[:MOST_LINES]
    ]
    body = json.dumps({"v": 1, "type": "alarm", "log": log, "count": len(told), "found": found}).encode()
    try:
        answer = web.post(channels.webhook, body, ANSWER_LIMIT, TIMEOUT_S, "application/json")
    except VicinageError as error:
        raise _refused(channels.webhook, error.sentence) from error
    if not 200 <= answer.status < 300:
        raise _refused(channels.webhook, f"It answered {answer.status}.")


def _refused(url: str, why: str) -> MonitorError:
    return MonitorError(
        "alarm-webhook",
        f"The alarm could not be delivered to {url}: {why}",
        "It is tried again in the next round. Check --webhook.",
    )


def _host() -> str:
    """The machine's name as a mail domain."""
    name = socket.gethostname()
    return name if name.isascii() and name.replace("-", "").replace(".", "").isalnum() else "localhost"
