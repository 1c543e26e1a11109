"""How an API says no: problem details of RFC 9457 with our code and hint."""

import msgspec

CONTENT_TYPE = "application/problem+json"


class Problem(msgspec.Struct, frozen=True):
    """code: stable, listed in docs/errors.md. detail and hint: sentences for a person."""

    title: str
    status: int
    code: str
    detail: str = ""
    hint: str = ""
    type: str = "about:blank"
