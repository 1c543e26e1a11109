"""Writes of the agency's key and its vault: publish, revoke, make an own key, give a colleague access."""

from datetime import datetime

from django.db import IntegrityError, transaction

from vicinage.core import agency as law
from vicinage.core import leaf
from vicinage.seal.keys import parse_recipient
from vicinage.server.accounts.models import User
from vicinage.server.agencies import actions as agencies
from vicinage.server.agencies import queries as desks
from vicinage.server.agencies.keys import mail, queries
from vicinage.server.agencies.keys.errors import KeyVaultError
from vicinage.server.agencies.models import Agency, AgencyKey, KeyRevocation, KeyShare, Officer, OfficerKey
from vicinage.server.ledger.actions import record
from vicinage.server.regime import queries as regimes
from vicinage.wire import vault as wire


def publish_key(
    user: User, recipient: str, at: datetime, *, share: bytes | None = None, recovery: bytes | None = None
) -> AgencyKey:
    """Publish a key that clips for the officer's agency are to be sealed to: its first at once, others later.

    share: the identity sealed to the officer's own key; recovery: under the agency's ten words. Every
    admin is told by mail. Raises SealError for a recipient with a mistake in it, KeyVaultError.
    """
    parse_recipient(recipient)
    with transaction.atomic():
        officer = _collector(user)
        known = queries.facts(officer.agency_id)
        if any(key.recipient == recipient for key in known):
            raise KeyVaultError(
                "agency-key-known", "Your agency has published this key before.", "Make a fresh one."
            )
        decision = law.publish_key(
            regimes.in_force(at), officer.agency_id, recipient, law.was_in_force(known, at), at
        )
        assert decision.event is not None  # noqa: S101 (core refuses a key by raising)
        row = AgencyKey.objects.create(
            agency_id=officer.agency_id,
            recipient=recipient,
            published_at=at,
            from_at=law.key_from_leaf(leaf.parse(decision.event.leaf)).from_at,
            entry=record(decision.event),
            recovery=recovery,
        )
        if share is not None:
            _own(officer)
            _keep_share(row, officer, share, user, at)
        agencies.act(officer, "key.published", recipient, at)
        _tell(lambda: mail.published(row, user.email), officer)
    return row


def revoke_key(user: User, recipient: str, reason: str, at: datetime) -> None:
    """Revoke a key of the officer's agency, at once. Every admin is told by mail.

    Raises KeyVaultError for a key that is not the agency's or is revoked, AgencyError for the reason.
    """
    with transaction.atomic():
        officer = _keeper(user)
        row = AgencyKey.objects.filter(
            agency_id=officer.agency_id, recipient=recipient, revocation=None
        ).first()
        if row is None:
            raise KeyVaultError(
                "agency-key-gone", "This key is not one of your agency's, or is revoked already.", "Reload."
            )
        decision = law.revoke_key(officer.agency_id, recipient, reason, at)
        assert decision.event is not None  # noqa: S101 (core refuses by raising)
        revocation = KeyRevocation.objects.create(key=row, reason=reason, at=at, entry=record(decision.event))
        agencies.act(officer, "key.revoked", recipient, at)
        _tell(lambda: mail.revoked(revocation, user.email), officer)


def make_own_key(user: User, message: wire.OwnKey, at: datetime) -> OfficerKey:
    """Keep the public half of an officer's own key, and its copy under their ten words.

    Made anew, it replaces the former one, and what was sealed to that is let go: a colleague gives access
    again. Raises SealError, KeyVaultError.
    """
    parse_recipient(message.recipient)
    with transaction.atomic():
        officer = _collector(user)
        fresh = {"recipient": message.recipient, "recovery": message.recovery, "made_at": at}
        try:
            with transaction.atomic():
                row, _ = OfficerKey.objects.update_or_create(user=user, defaults=fresh)
        except IntegrityError as error:
            raise KeyVaultError(
                "officer-key-taken", "Somebody else has this key.", "Make one in your browser."
            ) from error
        KeyShare.objects.filter(officer=officer).delete()
        agencies.act(officer, "key.own-made", message.recipient, at)
    return row


def give_access(user: User, shares: list[wire.Share], at: datetime) -> None:
    """Keep shares that the officer's browser sealed: for themselves, or for colleagues where they have one.

    All or none. Raises KeyVaultError.
    """
    with transaction.atomic():
        officer = _collector(user)
        for share in shares:
            row = AgencyKey.objects.filter(agency_id=officer.agency_id, recipient=share.key).first()
            receiver = queries.collectors(officer.agency_id).filter(id=share.officer).first()
            if row is None or receiver is None:
                raise KeyVaultError(
                    "share-nobody", "There is no such key or no such colleague who may collect.", "Reload."
                )
            if _own(receiver).recipient != share.to:
                raise KeyVaultError(
                    "share-other-key",
                    "The share is sealed to another key than your colleague has now.",
                    "Ask for the five words again.",
                )
            is_own = receiver.pk == officer.pk
            if not is_own and queries.share_of(officer, share.key, lock=True) is None:
                raise KeyVaultError(
                    "share-not-yours",
                    "Only an officer who has access can give it.",
                    "Ask a colleague.",
                    status=403,
                )
            _keep_share(row, receiver, share.sealed, user, at, may_replace=is_own)
            agencies.act(officer, "key.shared", f"{share.key} to {receiver.user.email}"[:200], at)


def drop_shares_of_the_gone() -> None:
    """Let go of what was sealed to officers who have left or may collect no more. Safe to repeat."""
    KeyShare.objects.exclude(officer__removed_at=None, officer__may_collect=True).delete()


def _collector(user: User) -> Officer:
    """The standing of an officer who may collect, read inside the transaction.

    Raises KeyVaultError; AgencyConflictError while the agency is suspended.
    """
    officer = _keeper(user)
    if not officer.may_collect:
        raise _may_not()
    agencies.must_open(officer.agency)
    return officer


def _keeper(user: User) -> Officer:
    """The standing of one who may collect or is admin; their agency is held against other changes."""
    officer = desks.officer_of(user, lock=True)
    if officer is None or not (officer.may_collect or officer.is_admin):
        raise _may_not()
    officer.agency = Agency.objects.select_for_update().get(id=officer.agency_id)
    return officer


def _may_not() -> KeyVaultError:
    return KeyVaultError(
        "officer-may-not-collect",
        "Only an officer who may collect clips may do this.",
        "Ask your agency's admin for this authority.",
    )


def _own(officer: Officer) -> OfficerKey:
    own = queries.own_key(officer.user_id)
    if own is None:
        raise KeyVaultError(
            "officer-key-missing",
            "The officer has no key of their own yet.",
            "They make it on their page of the agency's key.",
        )
    return own


def _keep_share(
    key: AgencyKey, officer: Officer, sealed: bytes, giver: User, at: datetime, *, may_replace: bool = False
) -> None:
    """One share per key and officer. One that a colleague has is not overwritten by another's."""
    fresh = {"sealed": sealed, "given_by": giver, "given_at": at}
    if may_replace:
        KeyShare.objects.update_or_create(key=key, officer=officer, defaults=fresh)
    else:
        KeyShare.objects.get_or_create(key=key, officer=officer, defaults=fresh)


def _tell(say: "mail.Mail", officer: Officer) -> None:
    """After the commit, so that mail is of what is so; its failing undoes nothing."""
    addresses = queries.told(officer.agency_id)
    transaction.on_commit(lambda: mail.send(say(), addresses), robust=True)
