"""Are two operators one person? What the server can see of it: mailbox, authenticator, passkey."""

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator

from vicinage.server.accounts.models import User


def are_one(first: User, second: User) -> bool:
    """Whether two accounts are one person's, as far as can be seen. Two people must share nothing here."""
    if first.pk == second.pk or mailbox(first.email) == mailbox(second.email):
        return True
    return bool(_secrets(first) & _secrets(second))


def mailbox(email: str) -> str:
    """The address without what a mailbox's owner may add: letter case, dots and a +tag."""
    name, _at, domain = email.lower().rpartition("@")
    return f"{name.partition('+')[0].replace('.', '')}@{domain}"


def _secrets(user: User) -> set[str]:
    """What the person's second factors are made from: equal only on one telephone or one key."""
    found = set()
    for row in Authenticator.objects.filter(user=user):
        if row.type == Authenticator.Type.TOTP:
            found.add(get_adapter().decrypt(row.data["secret"]))
        elif row.type == Authenticator.Type.WEBAUTHN:
            found.add(str(row.data.get("credential", {}).get("id")))
    return found
