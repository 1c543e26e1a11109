"""Trust policies: which logs, which witnesses, and how many of them make a checkpoint believed.

    log <vkey> [<url>]
    witness <name> <vkey> [<url>]
    group <name> all|any|<k> <name>...
    quorum <name>|none

Source: c2sp.org/tlog-policy. Names and URLs are opaque octets, kept here as latin-1 text.
"""

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, field

from vicinage.tlog import checkpoint, signing
from vicinage.tlog.checkpoint import Checkpoint
from vicinage.tlog.errors import CheckpointError, NoteError, PolicyError
from vicinage.tlog.keys import COSIGNATURE_V1, ED25519, MLDSA44, VKey, parse_vkey
from vicinage.tlog.note import Note

MAX_BYTES = 1024 * 1024
MAX_LINES = 512

NONE = "none"


@dataclass(frozen=True)
class Group:
    """k of the members (names of witnesses or groups) must have cosigned."""

    k: int
    members: tuple[str, ...]


@dataclass(frozen=True)
class Checked:
    """A checkpoint that met a policy.

    log: the key that signed it. witnesses: names, in the policy's order, of those that cosigned.
    cosigned_at: the earliest time among their cosignatures, POSIX seconds, or None without any.
    """

    checkpoint: Checkpoint
    log: VKey
    witnesses: tuple[str, ...]
    cosigned_at: int | None


@dataclass(frozen=True)
class Policy:
    """A parsed policy. quorum: a name, or `none`."""

    logs: tuple[tuple[VKey, str], ...]
    witnesses: dict[str, tuple[VKey, str]]
    groups: dict[str, Group]
    quorum: str

    @property
    def keys(self) -> tuple[VKey, ...]:
        """Every key it names, the logs' first."""
        return tuple(vkey for vkey, _ in (*self.logs, *self.witnesses.values()))

    def text(self) -> str:
        """The policy as a file, in a plain fixed order."""
        lines = [" ".join(filter(None, ("log", str(vkey), url))) for vkey, url in self.logs]
        lines += [
            " ".join(filter(None, ("witness", name, str(vkey), url)))
            for name, (vkey, url) in self.witnesses.items()
        ]
        lines += [f"group {name} {g.k} {' '.join(g.members)}" for name, g in self.groups.items()]
        return "\n".join([*lines, f"quorum {self.quorum}"]) + "\n"

    def encode(self) -> bytes:
        """The file's bytes."""
        return self.text().encode("latin-1")

    def check(self, signed: Note) -> Checked:
        """The checkpoint in a note that a known log signed and the quorum cosigned.

        A line that names a known key must be true. Raises PolicyError (policy-log, policy-quorum,
        policy-signature, policy-checkpoint).
        """
        try:
            tree = checkpoint.parse(signed.text)
        except CheckpointError as error:
            raise PolicyError("policy-checkpoint", error.sentence) from error
        try:
            times = {vkey: at for vkey, _, at in signing.true_lines(signed, self.keys)}
        except NoteError as error:
            raise PolicyError("policy-signature", error.sentence) from error
        log = next((vkey for vkey, _ in self.logs if vkey.name == tree.origin and vkey in times), None)
        if log is None:
            sentence = f"The checkpoint of {tree.origin!r} is not signed by a log of the policy."
            raise PolicyError("policy-log", sentence)
        seen = {name: times[vkey] or 0 for name, (vkey, _) in self.witnesses.items() if vkey in times}
        if not self.is_met_by(seen.keys()):
            raise PolicyError(
                "policy-quorum",
                f"The checkpoint of {tree.size} entries carries true cosignatures of "
                f"{', '.join(seen) or 'no witness'}; the policy demands the quorum {self.quorum}.",
            )
        return Checked(tree, log, tuple(seen), min(seen.values(), default=None))

    def is_met_by(self, names: Set[str]) -> bool:
        """Whether cosignatures of these witnesses make the quorum."""
        return self._has_quorum(self.quorum, names.__contains__)

    def _has_quorum(self, name: str, has_cosigned: Callable[[str], bool]) -> bool:
        if name == NONE:
            return True
        group = self.groups.get(name)
        if group is None:
            return has_cosigned(name)
        return sum(self._has_quorum(member, has_cosigned) for member in group.members) >= group.k

    def weight(self) -> int:
        """The least number of witnesses that can make the quorum; 0 for `none`."""
        return self._weight(self.quorum)

    def _weight(self, name: str) -> int:
        if name == NONE:
            return 0
        group = self.groups.get(name)
        if group is None:
            return 1
        return sum(sorted(self._weight(member) for member in group.members)[: group.k])


def make(log: VKey, witnesses: Sequence[tuple[str, VKey, str]], k: int, also: Sequence[VKey] = ()) -> Policy:
    """A policy of one log and k of n witnesses (name, key, url). k = 0 demands none.

    also: further keys of the same log, while it changes from one to the other.
    """
    text = [f"log {key}" for key in (log, *also)]
    text += [f"witness {name} {vkey} {url}".strip() for name, vkey, url in witnesses]
    if k:
        text.append(f"group witnesses {k} {' '.join(name for name, _, _ in witnesses)}")
    text.append("quorum witnesses" if k else "quorum none")
    return parse(("\n".join(text) + "\n").encode())


def quorum_size(witnesses: int, faulty: int = 0) -> int:
    """The least k with k > (n + f) / 2: two quorums then share a witness that is not faulty."""
    return (witnesses + faulty) // 2 + 1


def tolerated(witnesses: int) -> int:
    """How many of so many witnesses may be faulty while the log still finds a quorum: below a third."""
    return max(0, (witnesses - 1) // 3)


@dataclass
class _Parser:
    """Reads one policy line by line."""

    logs: list[tuple[VKey, str]] = field(default_factory=list)
    witnesses: dict[str, tuple[VKey, str]] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    quorum: str | None = None

    def log(self, words: list[str]) -> None:
        """log <vkey> [<url>]"""
        _count(words, 1, 2)
        vkey = _vkey(words[0], (ED25519, MLDSA44))
        if any(known.key == vkey.key for known, _ in self.logs):
            raise _broken(f"lists the log key of {vkey.name} twice")
        self.logs.append((vkey, words[1] if len(words) > 1 else ""))

    def witness(self, words: list[str]) -> None:
        """witness <name> <vkey> [<url>]"""
        _count(words, 2, 3)
        vkey = _vkey(words[1], (COSIGNATURE_V1, MLDSA44))
        if any(known.key == vkey.key for known, _ in self.witnesses.values()):
            raise _broken(f"lists the witness key of {vkey.name} twice")
        self._define(words[0])
        self.witnesses[words[0]] = (vkey, words[2] if len(words) > 2 else "")

    def group(self, words: list[str]) -> None:
        """group <name> all|any|<k> <name>..."""
        _count(words, 3, MAX_LINES)
        name, rule, *members = words
        for member in members:
            if member not in self.witnesses and member not in self.groups:
                raise _broken(f"puts {member!r} into a group before defining it")
            if member in self.used:
                raise _broken(f"puts {member!r} into two groups or twice into one")
            self.used.add(member)
        count = {"all": str(len(members)), "any": "1"}.get(rule, rule)
        if not checkpoint.DECIMAL.fullmatch(count) or not 1 <= int(count) <= len(members):
            raise _broken(f"wants {rule!r} of the {len(members)} members of group {name!r}")
        self._define(name)
        self.groups[name] = Group(int(count), tuple(members))

    def quorum_is(self, words: list[str]) -> None:
        """quorum <name>|none"""
        _count(words, 1, 1)
        if self.quorum is not None:
            raise _broken("has two quorum lines")
        if words[0] != NONE and words[0] not in self.witnesses and words[0] not in self.groups:
            raise _broken(f"has the undefined quorum {words[0]!r}")
        self.quorum = words[0]

    def _define(self, name: str) -> None:
        if name == NONE or name in self.witnesses or name in self.groups:
            raise _broken(f"defines the name {name!r} twice, or the reserved name none")


def parse(data: bytes) -> Policy:
    """The policy in a file's bytes. Raises PolicyError (policy-format)."""
    if len(data) > MAX_BYTES or any((c < 0x20 and c not in (0x09, 0x0A)) or c == 0x7F for c in data):
        raise _broken(f"has more than {MAX_BYTES} bytes or a control character")
    if data and not data.endswith(b"\n"):
        raise _broken("does not end in a newline")
    lines = data.decode("latin-1").split("\n")
    if len(lines) > MAX_LINES:
        raise _broken(f"has more than {MAX_LINES} lines")
    parser = _Parser()
    rules = {"log": parser.log, "witness": parser.witness, "group": parser.group, "quorum": parser.quorum_is}
    for line in lines:
        words = line.replace("\t", " ").split(" ")
        words = [word for word in words if word]
        if not words or words[0].startswith("#"):
            continue
        if words[0] not in rules:
            raise _broken(f"has a line that starts with {words[0][:40]!r}")
        rules[words[0]](words[1:])
    if parser.quorum is None:
        raise _broken("has no quorum line")
    return Policy(tuple(parser.logs), parser.witnesses, parser.groups, parser.quorum)


def _vkey(text: str, kinds: tuple[int, ...]) -> VKey:
    try:
        vkey = parse_vkey(text.encode("latin-1").decode("utf-8"))
    except (NoteError, UnicodeDecodeError) as error:
        raise _broken(f"holds a bad key: {error}") from error
    if vkey.key_type not in kinds:
        raise _broken(f"uses the key {vkey.name} of type 0x{vkey.key_type:02x} where that type does not fit")
    return vkey


def _count(words: list[str], least: int, most: int) -> None:
    if not least <= len(words) <= most:
        raise _broken(f"has a line with {len(words)} words where {least} to {most} belong")


def _broken(what: str) -> PolicyError:
    return PolicyError("policy-format", f"The policy {what}.", "See c2sp.org/tlog-policy.")
