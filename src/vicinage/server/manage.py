"""What the console command asks of the server outside of any request.

Importing this module sets Django up, so the environment (VICINAGE_HOME and the rest) comes first.
"""

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vicinage.server.settings")
django.setup()

from django.conf import settings  # noqa: E402 - Django must be set up before its models are imported
from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402

from vicinage import durable, regimes  # noqa: E402
from vicinage.core import regime  # noqa: E402
from vicinage.server import clock, home  # noqa: E402
from vicinage.server.accounts import actions as accounts  # noqa: E402
from vicinage.server.agencies.keys.actions import drop_shares_of_the_gone  # noqa: E402
from vicinage.server.agencies.officers.actions import housekeeping  # noqa: E402
from vicinage.server.errors import ServerError  # noqa: E402
from vicinage.server.handovers.actions import sweep_payloads  # noqa: E402
from vicinage.server.handovers.collecting.actions import keep_the_clock  # noqa: E402
from vicinage.server.ledger import actions as ledger  # noqa: E402
from vicinage.server.ledger import keys, triggers  # noqa: E402
from vicinage.server.library.actions import sweep_deleted  # noqa: E402
from vicinage.server.posts import actions as posts  # noqa: E402
from vicinage.server.public.actions import refresh as make_public_files  # noqa: E402
from vicinage.server.regime import actions as rules  # noqa: E402
from vicinage.server.regime import queries as regime_queries  # noqa: E402
from vicinage.server.rfas import actions as rfas  # noqa: E402

# What the jobs loop does beside publishing, each every few seconds: no arguments, safe to repeat and to kill.
JOBS: tuple[Callable[[], object], ...] = (
    rfas.disclose_due,
    keep_the_clock,
    drop_shares_of_the_gone,
    housekeeping,
    make_public_files,
)


def migrate_and_prepare() -> None:
    """Bring the state folder up to date: database, triggers, keys, log folder, regime. Safe to repeat.

    What is new in the log is published at once if the witness answers, else by `ledger.jobs.loop`.
    Raises ServerError (triggers-missing), LedgerError (ledger-keys-missing), RegimeError.
    """
    home.folder()
    _write_secret_key()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    triggers.install()
    _check_triggers()
    keys.write_public(keys.make_if_none())
    adopt_regime(settings.VICINAGE_REGIME)
    sweep_deleted()
    sweep_payloads()


def adopt_regime(name: str) -> bool:
    """Put a regime in force as a log's first: the name of one that ships, or a file's path.

    Returns whether an entry was recorded; a log that has its first regime is left alone, for later ones
    are announced. Raises RegimeError for an unknown name or a file with a mistake in it.
    """
    if regime_queries.schedule().changes:
        return False
    toml = regimes.raw(name) if name in regimes.names() else _own(name)
    return rules.adopt_first(regime.parse(toml).name, toml, clock.now())


def announce_regime(toml: bytes, effective_at: datetime) -> tuple[str, ...]:
    """Announce the regime that takes force then. Gives what is against it, in sentences; empty: it is logged.

    Raises RegimeError for a file with a mistake in it, ServerError before there is a first regime.
    """
    _entry, findings = rules.announce(toml, effective_at, clock.now())
    return tuple(f"{finding.sentence} {finding.hint}" for finding in findings)


def _own(path: str) -> bytes:
    """An operator's own file, else the error of an unknown name."""
    own = Path(path)
    return own.read_bytes() if own.suffix == ".toml" and own.is_file() else regimes.raw(path)


def redact(index: int, reason: str, authority: str) -> None:
    """Take down the text beside a public entry, here and in every private copy; the log says so.

    Raises LedgerError, RfaError.
    """
    with transaction.atomic():
        entry = ledger.redact(index, reason, authority, clock.now())
        forget = {"rfa.published": rfas.forget_words, "post.published": posts.forget_words}.get(entry.kind)
        if forget is not None:
            forget(entry.subject)


def create_operator(email: str, password: str, totp_secret: str | None = None) -> str:
    """An account that verifies agencies. Returns its TOTP secret. Raises ServerError."""
    return accounts.create_person(email, password, totp_secret, is_operator=True)[1]


def create_moderator(email: str, password: str, totp_secret: str | None = None) -> str:
    """An account that reviews rfas. Returns its TOTP secret. Raises ServerError."""
    return accounts.create_person(email, password, totp_secret, is_moderator=True)[1]


def create_person(email: str, password: str, totp_secret: str | None = None) -> str:
    """An account without a standing role: a resident, or an officer once an agency adds them.

    Returns its TOTP secret. Raises ServerError (person-set, person-invalid).
    """
    return accounts.create_person(email, password, totp_secret)[1]


def _write_secret_key() -> None:
    path = home.folder() / "secret-key"
    if not path.exists():
        durable.replace(path, f"{settings.SECRET_KEY}\n".encode(), mode=0o600)


def _check_triggers() -> None:
    wanted = {name for guard in triggers.guards() for name in triggers.names(guard)}
    missing = wanted - triggers.standing()
    if missing:
        raise ServerError(
            "triggers-missing",
            f"The database lacks the triggers that keep published rows: {', '.join(sorted(missing))}.",
            "Check that the database user may create triggers, then start again.",
            status=500,
        )
