"""Bech32 (BIP 173) without its length limit, as the age format uses it. No library here offers it."""

from vicinage.seal.errors import KeyBrokenError

ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
LIMIT = 4096
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


def encode(prefix: str, data: bytes) -> str:
    """Lower-case Bech32 of the bytes under a lower-case prefix."""
    values = _regroup(data, 8, 5, pad=True)
    check = _polymod([*_spread(prefix), *values, 0, 0, 0, 0, 0, 0]) ^ 1
    values += [check >> 5 * (5 - i) & 31 for i in range(6)]
    return prefix + "1" + "".join(ALPHABET[v] for v in values)


def decode(text: str) -> tuple[str, bytes]:
    """Prefix (lower case) and bytes of a Bech32 text, all upper or all lower case.

    Raises KeyBrokenError.
    """
    if len(text) > LIMIT or text not in (text.lower(), text.upper()):
        raise KeyBrokenError("A key should be written all in capitals or all in small letters.")
    prefix, separator, letters = text.lower().rpartition("1")
    if not (separator and prefix) or len(letters) < 6 or not set(letters) <= set(ALPHABET):
        raise KeyBrokenError("A key should be a prefix, the digit 1, and letters of the Bech32 alphabet.")
    if any(not 33 <= ord(sign) <= 126 for sign in prefix):
        raise KeyBrokenError("A key's prefix should be plain ASCII.")
    values = [ALPHABET.index(letter) for letter in letters]
    if _polymod([*_spread(prefix), *values]) != 1:
        raise KeyBrokenError("The key's checksum is wrong: a character is missing or mistyped.")
    return prefix, bytes(_regroup(values[:-6], 5, 8, pad=False))


def _spread(prefix: str) -> list[int]:
    """The prefix as the checksum sees it: high bits, 0, low bits."""
    signs = [ord(sign) for sign in prefix]
    return [sign >> 5 for sign in signs] + [0] + [sign & 31 for sign in signs]


def _polymod(values: list[int]) -> int:
    """The checksum of BIP 173."""
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for i, generator in enumerate(_GENERATOR):
            if top >> i & 1:
                check ^= generator
    return check


def _regroup(values: bytes | list[int], width: int, target: int, *, pad: bool) -> list[int]:
    """Groups of `width` bits as groups of `target` bits. Without `pad`, left-over bits must be 0."""
    pool = bits = 0
    out = []
    for value in values:
        pool = (pool << width | value) & 0xFFFF
        bits += width
        while bits >= target:
            bits -= target
            out.append(pool >> bits & (1 << target) - 1)
    rest = pool & (1 << bits) - 1
    if pad and bits:
        out.append(rest << target - bits & (1 << target) - 1)
    elif not pad and (bits >= width or rest):
        raise KeyBrokenError("The key's last character has bits that should be zero.")
    return out
