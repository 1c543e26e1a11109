"""Goes on with a log from where a reader stopped: new entries into the tree, and each by the law.

The audit begins at nothing and goes to the end in one step; a monitor goes on from round to round. What
is kept between is a Standing: hashes of the partial tiles and the world as the log has told it so far.
"""

from dataclasses import dataclass, field
from datetime import datetime

from vicinage.errors import VicinageError
from vicinage.evidence.compare import continues
from vicinage.evidence.outcome import Fault, Report
from vicinage.evidence.replay import Replay
from vicinage.evidence.tree import Levels, Tree
from vicinage.evidence.world import World
from vicinage.tlog import merkle
from vicinage.tlog.checkpoint import Checkpoint
from vicinage.tlog.layout import WIDTH
from vicinage.tlog.merkle import EMPTY_ROOT
from vicinage.tlog.reader import Fetch, Reader


@dataclass
class Standing:
    """Where a reader stopped. size, root: of the tree so far. cosigned_at: when it, or the earlier head that
    the log must pass through, was cosigned first.
    """

    size: int = 0
    root: bytes = EMPTY_ROOT
    levels: Levels = field(default_factory=list)
    world: World = field(default_factory=World)
    cosigned_at: datetime | None = None


def may_follow(report: Report, kept: Checkpoint, tree: Checkpoint) -> bool:
    """Whether a head can come after the one kept: of the same log, not smaller, no other root."""
    if tree.origin != kept.origin:
        sentence = f"The log followed here is {kept.origin}; this one is {tree.origin}."
        report.blame(Fault("log-other", sentence))
    elif tree.size < kept.size:
        sentence = f"The log now shows {tree.size} entries; it showed {kept.size} before."
        report.blame(Fault("log-rollback", sentence))
    elif tree.size == kept.size and tree.root != kept.root:
        report.blame(Fault("log-fork", f"The log shows two different trees of {tree.size} entries."))
    else:
        return True
    return False


def advance(
    report: Report,
    fetch: Fetch,
    tree: Checkpoint,
    at: datetime | None,
    standing: Standing,
    watch: Checkpoint | None = None,
    now: datetime | None = None,
) -> Standing | None:
    """Read the entries from `standing` on to `tree`; where that leads, or None when it does not lead there.

    at: when the tree was first cosigned. watch: an earlier head that the log must pass through. now: by
    which what is due must be there; else `at`. The world of `standing` is changed in place: who wants it as
    it was keeps a copy.
    """
    reader = Reader(fetch, tree.size)
    grown = Tree(fetch, standing.levels, report.blame, None if watch is None else watch.size)
    after = standing.size if watch is None else watch.size
    replay = Replay(fetch, report.blame, standing.world, at, standing.cosigned_at, now, after)
    try:
        for number in range(standing.size // WIDTH, (tree.size + WIDTH - 1) // WIDTH):
            start = max(standing.size, number * WIDTH)
            entries = reader.bundle(number)
            known = entries[: start - number * WIDTH]
            if known and [merkle.leaf_hash(entry) for entry in known] != standing.levels[0]:
                sentence = "an entry that was read before was changed since, in this bundle or before it."
                report.blame(Fault("entry-changed", sentence, index=number * WIDTH))
            fresh = entries[len(known) :]
            grown.take(fresh)
            replay.take(start, fresh, None if watch is None else watch.size)
        grown.finish()
        replay.finish()
    except VicinageError as error:
        report.blame(Fault(error.code, f"{error.sentence} The replay stops here."))
        return None
    if watch is not None:
        _check_passes(report, grown, tree, watch)
    if grown.root() != tree.root:
        _blame_root(report, fetch, standing, tree)
        return None
    new = f"The root, rebuilt from all {tree.size} entries, is the one that was signed"
    report.checked.append(f"{new}; tiles that agree with it: {grown.tiles}.")
    return Standing(tree.size, tree.root, grown.levels, standing.world, at or standing.cosigned_at)


def _blame_root(report: Report, fetch: Fetch, standing: Standing, tree: Checkpoint) -> None:
    """The entries do not lead to the signed root: a fork from what was read before, or false entries."""
    kept = Checkpoint(tree.origin, standing.size, standing.root)
    if standing.size and continues(fetch, kept, tree) is False:
        sentence = f"The log no longer begins with the {standing.size} entries that it signed before."
        return report.blame(Fault("log-fork", sentence))
    report.blame(Fault("root-false", "The entries do not lead to the root that was signed."))


def _check_passes(report: Report, grown: Tree, tree: Checkpoint, earlier: Checkpoint) -> None:
    """The log must begin with the tree of the earlier checkpoint."""
    if earlier.origin != tree.origin or earlier.size > tree.size or grown.watched != earlier.root:
        sentence = f"It does not continue the earlier checkpoint of {earlier.size} entries."
        report.blame(Fault("earlier-fork", sentence))
    else:
        report.checked.append(f"It continues the earlier checkpoint of {earlier.size} entries.")
