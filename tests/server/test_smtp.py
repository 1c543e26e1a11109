"""Where mail goes is one address, and a wrong one is refused with what it should look like."""

import pytest

from vicinage.errors import VicinageError
from vicinage.server.smtp import FILES, SMTP, Outgoing, parse


def test_unset_each_mail_becomes_a_file_or_goes_where_django_is_told() -> None:
    assert parse("") == Outgoing(FILES)
    assert parse("", "some.Backend") == Outgoing("some.Backend")


@pytest.mark.parametrize(
    ("url", "mail"),
    [
        ("smtps://mail.example", Outgoing(SMTP, "mail.example", 465, is_tls=True)),
        ("smtp://mail.example", Outgoing(SMTP, "mail.example", 587, is_starttls=True)),
        ("smtp+plain://127.0.0.1:2525", Outgoing(SMTP, "127.0.0.1", 2525)),
        (
            "smtps://us%40er:p%3Ass@mail.example:999",
            Outgoing(SMTP, "mail.example", 999, "us@er", "p:ss", is_tls=True),
        ),
    ],
)
def test_the_address_names_server_port_log_in_and_encryption(url: str, mail: Outgoing) -> None:
    assert parse(url, "is not asked") == mail


@pytest.mark.parametrize(
    "url",
    [
        "mail.example",
        "https://mail.example",
        "smtp://",
        "smtp://mail.example:port",
        "smtp://a/b",
        "smtps://a?tls=no",
    ],
)
def test_any_other_address_is_refused_and_said_how_it_should_be(url: str) -> None:
    with pytest.raises(VicinageError) as refused:
        parse(url)
    assert refused.value.code == "smtp-url"
    assert "smtps://user:password@mail.example:465" in refused.value.sentence
