"""The rules of a regime in plain words, in the reader's language. The words are the law's own: core.plain."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from vicinage.core import plain as words
from vicinage.core.event import fill
from vicinage.core.regime import Regime, Rule

PLAIN = words.RULES


@dataclass(frozen=True)
class Difference:
    """What one regime says and the next says otherwise. A side is empty where it says nothing of it."""

    name: str
    before: str
    after: str


def plain(rule: Rule) -> str:
    """The rule in a sentence; the judge's own message where we have no plainer one."""
    return said(words.rule(rule))


def said(sentence: words.Sentence | None) -> str:
    """A sentence of the law, translated before it is filled; empty for none."""
    return "" if sentence is None else fill(_(sentence.message), sentence.args)


def conduct(regime: Regime) -> list[tuple[str, str]]:
    """How things are done, a sentence each, with its source."""
    told = [part for part in words.parts(regime) if part.name.startswith("conduct.")]
    return [(said(part.sentence), part.source) for part in told]


def differences(before: Regime, after: Regime) -> tuple[Difference, ...]:
    """Everything that changes, in plain words."""
    found = words.differences(before, after)
    return tuple(Difference(each.name, said(each.before), said(each.after)) for each in found)
