"""What can be wrong with a key or with the vault."""

from vicinage.server.errors import ServerError


class KeyVaultError(ServerError):
    """A key or a share is not, or no longer, in the state that the action needs."""

    def __init__(self, code: str, sentence: str, hint: str = "", status: int = 409) -> None:
        super().__init__(code, sentence, hint, status=status)
