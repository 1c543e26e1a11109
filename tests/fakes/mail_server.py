"""A mail server that really listens, and can be as difficult as real ones: full, slow, greylisting, gone."""

import asyncio
import email
import email.policy
import socket
import time
from collections import Counter
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Handler:
    """Keeps what arrives. refused: the reply to a recipient. greylisted: who is told once to come again.

    folder: where each mail is kept as a file as well.
    """

    def __init__(self) -> None:
        self.received: list[tuple[list[str], EmailMessage]] = []
        self.refused: dict[str, str] = {}
        self.greylisted: set[str] = set()
        self.data_reply = "250 taken"
        self.think_s = 0.0
        self.hang_up_after: int | None = None
        self.folder: Path | None = None
        self.connections = 0
        self.seen_at: list[float] = []

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """A greeting."""
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Accept a recipient, or say what the test wants said."""
        if address in self.greylisted:
            self.greylisted.discard(address)
            return "450 4.7.1 greylisted, come again"
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 fine"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the mail, after thinking as long as the test wants."""
        if self.hang_up_after is not None and len(self.received) >= self.hang_up_after:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
            return "421 gone"
        if self.think_s:
            time.sleep(self.think_s)
        if self.data_reply.startswith("250"):
            raw = envelope.content
            assert isinstance(raw, bytes)
            message = email.message_from_bytes(raw, policy=email.policy.default)
            assert isinstance(message, EmailMessage)
            if self.folder is not None:
                self.folder.mkdir(parents=True, exist_ok=True)
                self.folder.joinpath(f"{len(self.received):04}.log").write_bytes(raw)
            self.received.append((list(envelope.rcpt_tos), message))
            self.seen_at.append(time.monotonic())
        return self.data_reply


class MailServer:
    """A mail server on a port of loopback, from `start` to `stop`."""

    def __init__(self, port: int = 0) -> None:
        self.handler = Handler()
        self.port = port or _free_port()
        self._controller: Any = None

    def start(self) -> None:
        """Listen."""
        self._controller = Controller(self.handler, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self) -> None:
        """Listen no more."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    @property
    def mails(self) -> list[EmailMessage]:
        """What arrived, in order."""
        return [message for _, message in self.handler.received]

    def counts(self) -> Counter[str]:
        """How many mails each address got. Fails where one mail went to several."""
        for to, message in self.handler.received:
            assert to == [message["To"]]
        return Counter(to[0] for to, _ in self.handler.received)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
