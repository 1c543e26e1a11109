"""An officer's side of the agency's key: an own key, the agency's identity, and access for colleagues."""

import hashlib
import struct
from collections.abc import Callable

from vicinage.device.errors import RefusedError, UntrustedError
from vicinage.device.recovery import make_recovery_code, word_list
from vicinage.device.session import Session
from vicinage.seal import box, unseal
from vicinage.seal.keys import Household, Identity
from vicinage.wire.vault import VAULT_LIMIT, AgencyKey, OwnKey, Share, Shares, Vault

CHECK_WORDS = 5


def make_own_key(session: Session) -> tuple[Household, str]:
    """Make the officer's own key, in the form of a household's; also gives its ten words."""
    own, code = Household.generate(), make_recovery_code()
    sealed = box.seal_passphrase(own.text.encode(), code)
    session.ask(dict, "POST", "/api/agency/vault/own", OwnKey(own.identity.recipient, sealed))
    return own, code


def publish_key(
    session: Session, own: Household | None = None, keep: Callable[[Identity, str], None] | None = None
) -> tuple[Identity, str]:
    """Make an identity for the agency and publish its public half in the log.

    With an own key it goes into the vault, sealed to that and under the agency's ten words, which are given
    too; without, the words are "" and the secret is nowhere but here. keep: called with both before anything
    is published, so that no published key is without its secret.
    """
    identity = Identity.generate()
    if own is None:
        if keep is not None:
            keep(identity, "")
        session.ask(dict, "POST", "/api/agency/key", AgencyKey(identity.recipient))
        return identity, ""
    code, text = make_recovery_code(), f"{identity.text}\n".encode()
    if keep is not None:
        keep(identity, code)
    key = AgencyKey(
        identity.recipient,
        box.seal_bytes(text, [own.identity.recipient]),
        box.seal_passphrase(text, code),
    )
    session.ask(dict, "POST", "/api/agency/key", key)
    return identity, code


def open_vault(session: Session, own: Household) -> list[Identity]:
    """The agency's identities that this officer has access to, newest first. Raises UntrustedError."""
    opened = []
    for key in _fetch(session).keys:
        if key.share is not None:
            identity = Identity.parse(unseal.open_bytes(key.share, own.identity).decode().strip())
            if identity.recipient != key.recipient:
                raise UntrustedError(
                    "device-other-share",
                    f"What is kept for the key {key.recipient} opens to another key.",
                    "Tell your colleagues and the operator.",
                )
            opened.append(identity)
    return opened


def published_keys(session: Session) -> list[str]:
    """The agency's keys in its vault: their recipients."""
    return [key.recipient for key in _fetch(session).keys]


def give_access(session: Session, own: Household, email: str, said: str) -> int:
    """Seal what this officer can open to a colleague, whose five words were said; gives how many keys.

    Raises UntrustedError when the words are not of the key that the server names.
    """
    colleague = next((one for one in _fetch(session).colleagues if one.email == email), None)
    if colleague is None or colleague.recipient is None:
        raise RefusedError("device-no-colleague", f"{email} should be a colleague with an own key.")
    if said.lower().split() != check_words(colleague.recipient):
        raise UntrustedError(
            "device-other-words",
            f"These are not the five words of the key that the server names for {email}.",
            "Ask again. If they stay the same, give no access and tell the operator.",
        )
    shares = [
        Share(
            colleague.officer,
            identity.recipient,
            colleague.recipient,
            box.seal_bytes(f"{identity.text}\n".encode(), [colleague.recipient]),
        )
        for identity in open_vault(session, own)
        if identity.recipient not in colleague.keys
    ]
    if shares:
        session.ask(dict, "POST", "/api/agency/vault/shares", Shares(shares))
    return len(shares)


def check_words(recipient: str) -> list[str]:
    """Five words for an officer's own key, that two officers compare by voice; the same as in the browser."""
    digest = hashlib.sha256(f"vicinage/officer-key/v1\n{recipient}".encode()).digest()
    words, drawn = word_list(), struct.unpack(f">{CHECK_WORDS}I", digest[: CHECK_WORDS * 4])
    return [words[number % len(words)] for number in drawn]


def _fetch(session: Session) -> Vault:
    return session.ask(Vault, "GET", "/api/agency/vault", limit=VAULT_LIMIT)
