"""An agency's key, and the vault: its identity, sealed to each officer who may open it.

Whatever ends in `_b64` is an age file that the server cannot open.
"""

from typing import Annotated

import msgspec

from vicinage.wire.fields import Count, Recipient

KEY_LIMIT = 16 * 1024
VAULT_LIMIT = 512 * 1024
"""Largest JSON bodies of a key, and of shares or a whole vault."""

Sealed = Annotated[bytes, msgspec.Meta(min_length=64, max_length=4096)]
Email = Annotated[str, msgspec.Meta(max_length=320)]


class AgencyKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """POST /api/agency/key: the public half of an identity of the agency's.

    share: the identity sealed to the poster's own key; recovery: to the agency's ten words.
    """

    recipient: Recipient
    share: Sealed | None = msgspec.field(name="share_b64", default=None)
    recovery: Sealed | None = msgspec.field(name="recovery_b64", default=None)


class OwnKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """POST /api/agency/vault/own, and part of a Vault: an officer's own key.

    recovery: its text under the officer's ten words, in the form of a household's.
    """

    recipient: Recipient
    recovery: Sealed = msgspec.field(name="recovery_b64")


class Share(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The identity of the agency's key `key`, sealed to `to`, the own key of officer number `officer`."""

    officer: Count
    key: Recipient
    to: Recipient
    sealed: Sealed = msgspec.field(name="sealed_b64")


class Shares(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """POST /api/agency/vault/shares."""

    shares: Annotated[list[Share], msgspec.Meta(min_length=1, max_length=50)]


class VaultKey(msgspec.Struct, frozen=True):
    """One key of the agency, as one officer may fetch it. index: of its log entry, once published."""

    recipient: Recipient
    index: Count | None
    is_revoked: bool
    share: Sealed | None = msgspec.field(name="share_b64")
    recovery: Sealed | None = msgspec.field(name="recovery_b64")


class Colleague(msgspec.Struct, frozen=True):
    """Another officer who may collect. recipient: of their own key, if made. keys: which they can open."""

    officer: Count
    email: Email
    recipient: Recipient | None
    keys: list[Recipient]


class Vault(msgspec.Struct, frozen=True):
    """GET /api/agency/vault: newest key first."""

    own: OwnKey | None
    keys: list[VaultKey]
    colleagues: list[Colleague]
