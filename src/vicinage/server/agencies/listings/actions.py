"""Imports a public list: in batches, each with how far it is, so that a run that was ended goes on."""

import hashlib
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import transaction

from vicinage import faults
from vicinage.server import clock
from vicinage.server.agencies.listings import reading
from vicinage.server.agencies.listings.reading import Kind, ListingFileError, Row
from vicinage.server.agencies.models import DirectoryListing, DomainListing, ListRun

BATCH = 500
TOLD_PROBLEMS = 1000
MODELS: dict[str, Any] = {"domains": DomainListing, "directory": DirectoryListing}
Progress = Callable[[int], None]


def take_file(path: Path, kind: Kind, progress: Progress, *, may_shrink: bool = False) -> ListRun:
    """Import a file in full, or go on where an earlier run of the very same file ended.

    progress: called with the rows done so far. A file that was imported already changes nothing. Rows that
    are not in it any more stay, no longer listed. may_shrink: also when those are more than half. Raises
    ListingFileError.
    """
    run, is_new = _run(kind, _sha256(path))
    progress(run.rows_done)
    if run.finished_at is not None:
        return run
    if is_new:
        for _row in islice(reading.rows(path, kind), 1):
            pass  # a heading that is none is told before anything is written
    rows = reading.rows(path, kind, skip=run.rows_done)
    for batch in _batches(rows):
        with transaction.atomic():
            _take_batch(run, kind, batch)
        faults.point("listings.batch-taken")
        progress(run.rows_done)
    _finish(run, kind, may_shrink)
    return run


def _run(kind: Kind, sha256: str) -> tuple[ListRun, bool]:
    """The run to go on with: the last one, when it was of this file; else a new one."""
    last = ListRun.objects.filter(which=kind.which).order_by("-id").first()
    if last is not None and last.sha256 == sha256:
        return last, False
    return ListRun(which=kind.which, sha256=sha256, started_at=clock.now()), True


def _take_batch(run: ListRun, kind: Kind, batch: list[Row]) -> None:
    if run.pk is None:
        run.save()
    model = MODELS[kind.which]
    key = model._meta.pk.name
    kept = {row.key: row for row in batch if row.key is not None}
    for row in batch:
        twice = row.key is not None and kept[row.key] is not row
        if row.what or twice:
            run.problem_count += 1
            what = row.what or "The same key comes again below; the later row is kept."
            if len(run.problems) < TOLD_PROBLEMS:
                run.problems.append(
                    {"line": row.line, "what": what, "kept": row.key is not None and not twice}
                )
    seen = model.objects.filter(pk__in=kept, run=run).count()
    made = [model(**{key: row.key}, **row.fields, run=run, is_listed=True) for row in kept.values()]
    columns = [field.name for field in model._meta.local_fields if field.name != key]
    model.objects.bulk_create(made, update_conflicts=True, unique_fields=[key], update_fields=columns)
    run.rows_done += len(batch)
    run.rows_kept += len(made) - seen
    run.save(update_fields=["rows_done", "rows_kept", "problem_count", "problems"])


def _finish(run: ListRun, kind: Kind, may_shrink: bool) -> None:
    """Take off the list what the file has no more. A file cut short would take off most: it is refused."""
    with transaction.atomic():
        listed = MODELS[kind.which].objects.filter(is_listed=True)
        gone = listed.exclude(run_id=run.pk)
        if not may_shrink and gone.count() > listed.filter(run_id=run.pk).count():
            raise ListingFileError(
                "listing-shrunk",
                f"The file has {run.rows_kept} rows that can be read; {gone.count()} others would go.",
                "Is the file whole? If it is meant so, say --may-shrink.",
            )
        gone.update(is_listed=False)
        if run.pk is None:
            run.save()
        run.finished_at = clock.now()
        run.save(update_fields=["finished_at"])


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while batch := list(islice(rows, BATCH)):
        yield batch


def _sha256(path: Path) -> str:
    if path.stat().st_size > reading.MAX_FILE:
        raise ListingFileError(
            "listing-too-large",
            f"The file should have at most {reading.MAX_FILE} bytes.",
            "Check that it is the list.",
        )
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()
