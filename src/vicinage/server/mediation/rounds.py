"""One round of the post: plan what is owed, hand what is due to the mail server, forget what is closed.

A round may be killed anywhere. What it had in hand is due again later, so that each mail goes out once;
only a kill between the mail server's "accepted" and our note of it brings the same mail twice, with the
same Message-ID. Nothing that fails here is told with a name, an address or a number.
"""

import smtplib
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.mail import get_connection

from vicinage import faults
from vicinage.server import clock
from vicinage.server.mediation import actions, letters, queries
from vicinage.server.mediation.asking import Asking, mediated
from vicinage.server.mediation.models import Delivery

BATCH, ROUND_S = 50, 60.0
# A server may think for long after the last line; a mail given up then would go out twice (RFC 5321).
ANSWER_S = 600
UNKNOWN_HERE = frozenset((550, 551, 553))
GOOD_BYE = 421  # the mail server has had enough of this connection


@dataclass(frozen=True)
class MailServerError(Exception):
    """The mail server cannot be reached, or does not want us. Not about any one mail."""

    kind: str


def run(at: datetime | None = None) -> None:
    """One whole round. Raises MailServerError when nothing could be handed over."""
    at = at or clock.now()
    rfas = {row.pk: row for row in queries.still_open(at)}
    mails = {pk: queries.mails_of(row) for pk, row in rfas.items()}
    for pk, row in rfas.items():
        actions.reach(row)
        while mails[pk] == "go" and actions.owe(row, at) == actions.AT_ONCE:
            pass
    actions.forget(set(rfas), {pk for pk, what in mails.items() if what != "end"})
    deliver({pk: mediated(row) for pk, row in rfas.items() if mails[pk] == "go"}, at)


def deliver(rfas: dict[str, Asking], at: datetime) -> None:
    """Hand one batch of due mails over, or as much of it as ROUND_S allows. Raises MailServerError."""
    held = actions.hold(at, BATCH, rfas)
    if not held:
        return
    faults.point("mediation.held")
    ends_at = time.monotonic() + ROUND_S
    connection: Any = None
    try:
        while held and time.monotonic() < ends_at:
            connection = connection or _connected()
            row = held.pop(0)
            if not _send(connection, row, rfas, at):
                connection = None
    finally:
        actions.let_go(held)
        _close(connection)


def _connected() -> Any:
    """An open connection. Raises MailServerError."""
    connection = get_connection()
    try:
        connection.open()
    except (smtplib.SMTPException, OSError) as error:
        raise MailServerError(type(error).__name__) from None
    smtp = getattr(connection, "connection", None)
    if isinstance(smtp, smtplib.SMTP) and smtp.sock is not None:
        smtp.sock.settimeout(ANSWER_S)
    return connection


def _send(connection: Any, row: Delivery, rfas: dict[str, Asking], at: datetime) -> bool:
    """Hand one mail over, or put it off; whether the connection is still good."""
    if not queries.goes_out(row.rfa, at):  # since this round began; the next one sees what became of it
        actions.let_go([row])
        return True
    if not queries.wants(row.user, row.rfa):
        actions.finish(row)
        return True
    try:
        connection.send_messages([letters.letter(row.user, rfas[row.rfa])])
    except smtplib.SMTPRecipientsRefused as refused:
        codes = {code for code, _said in refused.recipients.values()}
        if codes <= UNKNOWN_HERE:
            actions.finish(row)
        else:  # greylisted, a full box, a relay that is set up wrongly: all of it may pass
            actions.put_off(row, at)
        return GOOD_BYE not in codes
    except smtplib.SMTPResponseException as refused:
        actions.put_off(row, at)
        return refused.smtp_code != GOOD_BYE
    except (smtplib.SMTPException, OSError):  # the line broke: nobody knows whether it was taken
        actions.put_off(row, at)
        return False
    except ValueError:  # an address that no mail can be written to
        actions.finish(row)
        return True
    faults.point("mediation.accepted")
    actions.finish(row)
    return True


def _close(connection: Any) -> None:
    """Say good-bye if somebody still listens."""
    try:
        if connection is not None:
            connection.close()
    except (smtplib.SMTPException, OSError):
        pass
