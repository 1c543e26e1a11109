"""What the two lists say of a domain or an agency. Each answer is for an operator to judge."""

import re
from dataclasses import dataclass

from django.db.models import Q

from vicinage.server.agencies.listings import names
from vicinage.server.agencies.models import DirectoryListing, DomainListing

MOST = 10


@dataclass(frozen=True)
class Found:
    """An entry of the directory that may be the agency. score: 0 to 1, by its name and place."""

    listing: DirectoryListing
    score: float


def listing_of(domain: str) -> DomainListing | None:
    """The .gov list's row for a domain: its own, or that of the nearest domain above it."""
    labels = domain.lower().split(".")
    above = [".".join(labels[at:]) for at in range(len(labels) - 1)]
    rows = DomainListing.objects.filter(pk__in=above, is_listed=True)
    return max(rows, key=lambda row: len(row.domain), default=None)


def look_alikes(domain: str) -> list[DomainListing]:
    """Listed domains that the eye may take this one for; its own and those above it are none."""
    rows = DomainListing.objects.filter(likeness=names.likeness(domain), is_listed=True).order_by("domain")
    return [row for row in rows[:MOST] if domain != row.domain and not domain.endswith(f".{row.domain}")]


def directory_matches(name: str, state: str, region: str) -> list[Found]:
    """Entries of the directory in this state whose name or town fits, the likeliest first."""
    rows = DirectoryListing.objects.filter(is_listed=True, state=state)
    telling = names.words(name) | names.words(region)
    if not telling:
        return []
    wanted = Q()
    for word in telling:
        wanted |= Q(name__icontains=word) | Q(city__icontains=word)
    scored = [Found(row, _score(row, name, region)) for row in rows.filter(wanted)]
    likely = [found for found in scored if found.score >= 0.3]
    return sorted(likely, key=lambda found: (-found.score, found.listing.name))[:MOST]


def _score(row: DirectoryListing, name: str, region: str) -> float:
    named = names.alike(row.name, name)
    same_kind = _kind(row.name) == _kind(name)
    placed = bool(names.words(row.city) & (names.words(region) | names.words(name)))
    return round(0.6 * named + 0.2 * same_kind + 0.2 * placed, 2)


def _kind(name: str) -> str:
    found = re.search(r"police|sheriff|fire|constable|marshal|patrol|emergency|campus", name.lower())
    return found.group() if found else ""


def serves(row: DirectoryListing, domain: DomainListing) -> bool:
    """Does the listed organisation, by its name, stand for the department's own town or county?"""
    # Some organisations write their state behind the name: City of Auburn, AL.
    department, organisation = names.words(row.name), names.words(domain.organisation) - {row.state.lower()}
    if not department or domain.kind.endswith("Election"):
        return False
    is_county = "sheriff" in row.name.lower() or "county" in row.name.lower()
    if is_county != (domain.kind == "County" or "sheriff" in domain.organisation.lower()):
        return False
    place = names.words(row.county) if is_county else names.words(row.city)
    return department == organisation or (organisation == place and bool(department & place))
