"""Asks the DNS whether a domain carries the record that its applicant was told to set."""

import dns.exception
import dns.message
import dns.name
import dns.rdatatype
import dns.resolver
from django.conf import settings

from vicinage.server.errors import ServerError

LABEL = "_vicinage"
WAIT_S = 4.0
MOST_RECORDS = 50


def record_name(domain: str) -> str:
    """Where the record stands."""
    return f"{LABEL}.{domain}"


def record_text(challenge: str) -> str:
    """What it says."""
    return f"vicinage-verify={challenge}"


def is_met(domain: str, challenge: str) -> bool:
    """Whether the record is there now. Raises ServerError (dns-silent) when no name server answers.

    The resolver is the system's, or VICINAGE_DNS as host:port. An alias elsewhere is not followed: who
    can set an alias can set a record.
    """
    try:
        answer = _resolver().resolve(
            dns.name.from_text(record_name(domain)), "TXT", lifetime=WAIT_S, raise_on_no_answer=False
        )
    except dns.resolver.NXDOMAIN:
        return False
    except (dns.exception.DNSException, OSError, ValueError) as error:
        raise ServerError(
            "dns-silent",
            f"No name server answered for {record_name(domain)}.",
            "Check the record, and try again in some minutes.",
            status=503,
        ) from error
    if answer.canonical_name != answer.qname or answer.rrset is None:
        return False
    said = [b"".join(item.strings) for item in list(answer.rrset)[:MOST_RECORDS]]
    return record_text(challenge).encode() in said


def _resolver() -> dns.resolver.Resolver:
    given = settings.VICINAGE_DNS
    if not given:
        return dns.resolver.Resolver()
    host, _colon, port = given.rpartition(":")
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers = [host.strip("[]")]
    resolver.port = int(port)
    return resolver
