"""How many departments have a .gov domain that may be theirs? Counted on the two public lists, as imported.

    python -m bench.agencies DOMAINS.csv DIRECTORY.csv

A department counts as served by the .gov list when a listed domain of its state is its own by name, or that
of the town or county it serves. The count goes by names, so it is somewhat low.
"""

import sys
import time
from collections import defaultdict
from pathlib import Path

from vicinage.server import manage  # noqa: F401 (sets Django up)
from vicinage.server.agencies.listings import queries, reading
from vicinage.server.agencies.models import DirectoryListing, DomainListing


def main(domains: Path, directory: Path) -> None:
    """Read both files, compare, print."""
    start = time.perf_counter()
    by_state: dict[str, list[DomainListing]] = defaultdict(list)
    for row in reading.rows(domains, reading.DOMAINS):
        if row.key is not None and not row.fields["kind"].startswith("Federal"):
            by_state[row.fields["state"]].append(DomainListing(domain=row.key, **row.fields))
    departments = [
        DirectoryListing(id=row.key, **row.fields)
        for row in reading.rows(directory, reading.DIRECTORY)
        if row.key is not None
    ]
    read_s = time.perf_counter() - start
    served = sum(any(queries.serves(row, found) for found in by_state[row.state]) for row in departments)
    without = len(departments) - served
    print(
        f"{sum(map(len, by_state.values()))} domains, {len(departments)} departments read in {read_s:.1f} s"
    )
    print(
        f"{served} departments have a .gov domain that may be theirs, {without} have none: "
        f"{100 * without / len(departments):.0f}% need a DNS record or the directory"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
