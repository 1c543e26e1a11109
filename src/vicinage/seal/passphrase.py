"""The key that a passphrase gives (scrypt, RFC 7914), as age's scrypt stanza uses it."""

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

SALT_BYTES = 16
LOG_N_MAX = 18
"""Most work accepted when opening: 2**18 takes 256 MiB and a second, as stock age writes."""

_DOMAIN = b"age-encryption.org/v1/scrypt"


def wrap_key(code: str, salt: bytes, log_n: int) -> bytes:
    """32 bytes from the passphrase (UTF-8) and a salt of 16 bytes. log_n: 1 to LOG_N_MAX."""
    if not 1 <= log_n <= LOG_N_MAX:
        raise ValueError(f"log_n should be 1 to {LOG_N_MAX}, not {log_n}")
    return Scrypt(_DOMAIN + salt, 32, 1 << log_n, 8, 1).derive(code.encode())
