"""What an audit found: faults, each naming its entry, rule and source, and a report in plain sentences."""

from dataclasses import dataclass, field, replace

from vicinage.errors import VicinageError

SPEC = "spec/log.md"
MAX_FAULTS = 1000
MOST_SIGNS = 2000
"""Of a sentence or source that is kept: what it repeats may be as long as an entry of the log."""


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong.

    rule: the id of a regime's rule, or a stable code of the audit itself. source: where the rule stands.
    sentence: what was, and what should be. index: the entry, or None when it concerns the whole log.
    """

    rule: str
    sentence: str
    source: str = SPEC
    index: int | None = None

    @property
    def line(self) -> str:
        """The fault in one line."""
        where = "The log" if self.index is None else f"Entry {self.index}"
        return f"{where}: {self.sentence} Rule: {self.rule}. Source: {self.source}"


@dataclass
class Report:
    """The result of an audit.

    checked: sentences on what was checked and held. faults: what did not. warnings: what is not wrong by
    itself, but may become so, or kept something from being checked.
    """

    source: str
    checked: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)
    unlisted: int = 0

    @property
    def ok(self) -> bool:
        """True when nothing is wrong: the exit status is decided by this alone."""
        return not self.faults

    @property
    def lines(self) -> tuple[str, ...]:
        """The whole report, a sentence or two a line."""
        return tuple(plain(line) for line in self._lines())

    def _lines(self) -> list[str]:
        lines = [f"Audit of {self.source}", *self.checked, *self.notes]
        if self.ok:
            return [*lines, "Nothing is wrong with this log."]
        return [*lines, *self._listed()]

    def round_lines(self, who: str, well: str, ill: str) -> tuple[str, ...]:
        """One round of a monitor or mirror. well, ill: the last line, as the log is or is not well."""
        lines = [f"{who} of {self.source}", *self.checked, *self.notes]
        lines += [f"Warning. {fault.line}" for fault in self.warnings]
        lines += [well] if self.ok else [*self._listed(), ill]
        return tuple(plain(line) for line in lines)

    def _listed(self) -> list[str]:
        total = len(self.faults) + self.unlisted
        lines = ["One thing is wrong:" if total == 1 else f"{total} things are wrong:"]
        lines += [fault.line for fault in self.faults]
        if self.unlisted:
            lines.append(f"{self.unlisted} more are not listed.")
        return lines

    def warn(self, rule: str, sentence: str) -> None:
        """Add a warning on the whole log, made plain."""
        self.warnings.append(Fault(rule, _kept(sentence)))

    def fail(self, error: VicinageError) -> None:
        """An error that ended the work is a fault of its own code."""
        self.blame(Fault(error.code, error.sentence))

    def blame(self, fault: Fault) -> None:
        """Add a fault, made plain; beyond the first thousand they are only counted."""
        if len(self.faults) < MAX_FAULTS:
            rule, said, source = (_kept(part) for part in (fault.rule, fault.sentence, fault.source))
            self.faults.append(replace(fault, rule=rule, sentence=said, source=source))
        else:
            self.unlisted += 1


def _kept(text: str) -> str:
    """What is kept of words that the log may have written: plain, and so that UTF-8 can hold it."""
    said = plain(text[: MOST_SIGNS + 1])
    return said if len(said) <= MOST_SIGNS else f"{said[: MOST_SIGNS - 3]}..."


def plain(line: str) -> str:
    """A line without signs that would steer a terminal; the log under audit may be hostile."""
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in line)
