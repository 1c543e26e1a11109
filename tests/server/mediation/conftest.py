"""A mail server that listens, and a server that mails to it at once."""

from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from tests.fakes.mail_server import MailServer
from vicinage.server.smtp import SMTP


@pytest.fixture
def mail(db: None, settings: Settings) -> Iterator[MailServer]:
    """The mail server. Mails are not spread over time here, except where a test says so."""
    server = MailServer()
    server.start()
    settings.EMAIL_BACKEND = SMTP
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_TIMEOUT = 5
    settings.VICINAGE_MAIL_SPREAD = 0
    yield server
    server.stop()
