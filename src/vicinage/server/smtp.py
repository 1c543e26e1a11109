"""Which mail server: named by VICINAGE_SMTP_URL, or files in the state folder."""

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from vicinage.errors import VicinageError

FILES = "django.core.mail.backends.filebased.EmailBackend"
SMTP = "django.core.mail.backends.smtp.EmailBackend"
TIMEOUT_S = 20
# Whether each scheme is TLS from the start, whether it begins with STARTTLS, and its usual port.
SCHEMES = {"smtps": (True, False, 465), "smtp": (False, True, 587), "smtp+plain": (False, False, 25)}


@dataclass(frozen=True)
class Outgoing:
    """Where mail goes. backend: Django's path; the rest is of the SMTP backend alone."""

    backend: str
    host: str = "localhost"
    port: int = 25
    user: str = ""
    password: str = ""
    is_tls: bool = False
    is_starttls: bool = False


def parse(url: str, backend: str = "") -> Outgoing:
    """Where mail goes; with neither argument, each mail becomes a file.

    url: `smtps://user:password@host:465` (TLS), `smtp://...:587` (STARTTLS), `smtp+plain://...:25` (no
    encryption: for a mail server on the same machine). backend: Django's path of another backend,
    where there is no url. Raises VicinageError("smtp-url").
    """
    if not url:
        return Outgoing(backend or FILES)
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or parts.scheme not in SCHEMES or parts.path.strip("/") or parts.query:
        raise VicinageError(
            "smtp-url",
            "VICINAGE_SMTP_URL should look like smtps://user:password@mail.example:465.",
            "Use smtp:// for STARTTLS, smtp+plain:// for one on this machine; unset, mail becomes files.",
        )
    is_tls, is_starttls, usual = SCHEMES[parts.scheme]
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return Outgoing(SMTP, host, port or usual, user, password, is_tls, is_starttls)
