"""Rows of agencies: agencies, keys, officers and their acts, applications, the two imported lists."""

from vicinage.server.agencies.models.agency import (
    KINDS,
    LEVELS,
    Agency,
    AgencyKey,
    Reminder,
    Suspension,
    Verification,
)
from vicinage.server.agencies.models.application import Application, Approval
from vicinage.server.agencies.models.listing import DirectoryListing, DomainListing, ListRun
from vicinage.server.agencies.models.officer import Invitation, ListReview, Officer, OfficerAct
from vicinage.server.agencies.models.vault import KeyRevocation, KeyShare, OfficerKey

__all__ = [
    "KINDS",
    "LEVELS",
    "Agency",
    "AgencyKey",
    "Application",
    "Approval",
    "DirectoryListing",
    "DomainListing",
    "Invitation",
    "KeyRevocation",
    "KeyShare",
    "ListReview",
    "ListRun",
    "Officer",
    "OfficerAct",
    "OfficerKey",
    "Reminder",
    "Suspension",
    "Verification",
]
