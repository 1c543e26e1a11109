"""Two public lists that operators compare applications with, as imported: .gov domains, a directory.

A row that the newest file has no more stays, with `is_listed` false: an application may have named it.
"""

from django.db import models

LISTS = [("domains", "domains"), ("directory", "directory")]


class ListRun(models.Model):
    """One import of one file. rows_done: lines taken so far, so that a run that was ended goes on there.

    problems: a list of {"line", "what", "kept"}, the first thousand; problem_count: all of them.
    """

    which = models.CharField(max_length=20, choices=LISTS)
    sha256 = models.CharField(max_length=64)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    rows_done = models.PositiveIntegerField(default=0)
    rows_kept = models.PositiveIntegerField(default=0)
    problem_count = models.PositiveIntegerField(default=0)
    problems = models.JSONField(default=list)


class DomainListing(models.Model):
    """A domain of the .gov list. kind: its type there, such as "City" or "Federal - Executive".

    likeness: the name without what the eye reads over, to find look-alikes by.
    """

    domain = models.CharField(max_length=253, primary_key=True)
    kind = models.CharField(max_length=60)
    organisation = models.CharField(max_length=200)
    suborganisation = models.CharField(max_length=200)
    city = models.CharField(max_length=100)
    state = models.CharField(max_length=2, db_index=True)
    likeness = models.CharField(max_length=253, db_index=True)
    run = models.ForeignKey(ListRun, on_delete=models.PROTECT, related_name="+")
    is_listed = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.domain

    @property
    def is_federal(self) -> bool:
        """Does the list count it to the federal government?"""
        return self.kind.startswith("Federal")


class DirectoryListing(models.Model):
    """An entry of the directory of law enforcement: where to call back, whatever number was typed.

    phone: digits as in 251-275-3153, or empty. lon, lat: degrees, or NULL.
    """

    id = models.CharField(max_length=20, primary_key=True)
    name = models.CharField(max_length=200)
    phone = models.CharField(max_length=20)
    address = models.CharField(max_length=200)
    city = models.CharField(max_length=100)
    state = models.CharField(max_length=2, db_index=True)
    county = models.CharField(max_length=100)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    run = models.ForeignKey(ListRun, on_delete=models.PROTECT, related_name="+")
    is_listed = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name
