"""What software cannot decide: the questions put to the moderator, what software found to each, the answers.

A question is always asked. Where software found something, or where the answer is the one that does not
pass and the offence excuses it, a reason is needed too. Answers are in the log, reasons beside it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vicinage.core import wording
from vicinage.core.assembly import Assembly, overlaps
from vicinage.core.draft import Rfa
from vicinage.core.event import Finding
from vicinage.core.rules import ANSWERS, Question, Regime
from vicinage.core.span import format_instant

LEAST_REASON, MOST_REASON = 20, 1000
MAX_HINTS = 20
LENGTHS = ("title-length", "text-length")
ANSWER_FIELD, REASON_FIELD = "review", "reason"  # of findings: in the leaf, and in the text beside it


@dataclass(frozen=True)
class Answer:
    """A moderator's answer: "yes" or "no", and a reason, or ""."""

    answer: str
    reason: str = ""


@dataclass(frozen=True)
class Asked:
    """A question with what software found to it, in sentences."""

    question: Question
    hints: tuple[str, ...] = ()


def questions(regime: Regime, rfa: Rfa, assemblies: Sequence[Assembly]) -> tuple[Asked, ...]:
    """Every question of the regime, in its order, with hints. assemblies: all that are not withdrawn."""
    text = searched(regime, rfa)
    found = []
    for question in regime.review:
        hints: list[str] = []
        if question.assemblies:
            hints += [_met(assembly) for assembly in assemblies if overlaps(rfa, assembly)]
        if question.words:
            terms = wording.found(text, regime.words[question.words], regime.words)
            hints += [f'The text says "{term}".' for term in terms]
        found.append(Asked(question, tuple(hints[:MAX_HINTS])))
    return tuple(found)


def searched(regime: Regime, rfa: Rfa) -> str:
    """Title and text of an rfa, of each no more than the regime lets pass: what is longer breaks a rule."""
    most = {name: rule.value[1] for name in LENGTHS if (rule := regime.rules.get(name)) is not None}
    title, text = rfa.title.strip(), rfa.text.strip()
    return f"{title[: most.get('title-length')]}. {text[: most.get('text-length')]}"


def _met(assembly: Assembly) -> str:
    title = f' "{assembly.title}"' if assembly.title else ""
    start, end = format_instant(assembly.window.start), format_instant(assembly.window.end)
    return f"Its area and time meet the assembly{title} ({assembly.id}), {start} to {end}."


def faults(asked: Sequence[Asked], answers: Mapping[str, Answer], offence: str) -> tuple[Finding, ...]:
    """What is wrong with the answers, one finding a question at most; empty when the rfa may go on."""
    found = []
    for each in asked:
        question, given = each.question, answers.get(each.question.id)
        exempt = offence in question.exempt
        if given is None or given.answer not in ANSWERS:
            found.append(
                _finding(question, ANSWER_FIELD, "This question has no answer: {question}", "Say yes or no.")
            )
        elif given.answer != question.passes and not exempt:
            message = 'The answer "{answer}" does not let the request go on: {question}'
            hint = "Reject it, with this as the reason."
            found.append(_finding(question, ANSWER_FIELD, message, hint, answer=given.answer))
        elif (given.answer != question.passes or (each.hints and not exempt)) and _seen(
            given.reason
        ) < LEAST_REASON:
            message = "This answer needs a reason of at least {least} characters: {question}"
            hint = " ".join(each.hints[:3]) or "Say why it may go on all the same."
            found.append(_finding(question, REASON_FIELD, message, hint, least=str(LEAST_REASON)))
        elif len(given.reason) > MOST_REASON:
            message = "The reason may have at most {most} characters: {question}"
            found.append(_finding(question, REASON_FIELD, message, "Shorten it.", most=str(MOST_REASON)))
    known = {each.question.id for each in asked}
    for id in sorted(set(answers) - known):
        message = "The regime asks no question of this name: {name}."
        found.append(
            Finding(f"review-{id[:40]}", message, {"name": id[:40]}, "", "Leave it out.", ANSWER_FIELD)
        )
    return tuple(found)


def _finding(question: Question, field: str, message: str, hint: str, **args: str) -> Finding:
    given = {**args, "question": question.question}
    return Finding(f"review-{question.id}", message, given, question.source, hint, field)


def _seen(reason: str) -> int:
    """How many signs of the reason can be seen, runs of white space as one."""
    return sum(ch.isprintable() for ch in " ".join(reason.split()))
