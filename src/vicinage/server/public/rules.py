"""The rules of a regime in plain words, in the reader's language. The words are the law's own: core.plain."""

from django.utils.translation import gettext as _

from vicinage.core import plain as words
from vicinage.core.event import fill
from vicinage.core.regime import Regime, Rule

PLAIN = words.RULES


ROUTES = {
    "public": gettext_noop("Requests are published, for everyone to read."),
    "mediated": gettext_noop(
        "Requests are passed on by mail to residents near the place; everyone reads them once they close."
    ),
    "closed": gettext_noop("Nobody may ask. Earlier requests stay public for good."),
}
POSTS = {
    "tip": gettext_noop("safety tips"),
    "update": gettext_noop("updates"),
    "event": gettext_noop("community events"),
}
CONDUCT = {
    "notice_days": gettext_noop("A change of these rules is announced at least {days} days ahead."),
    "open_days": gettext_noop("A request takes answers for {days} days."),
    "answer_days": gettext_noop("When requests end, earlier ones take answers for at most {days} days more."),
    "key_cooling_days": gettext_noop("A new key of an agency counts {days} days after it was published."),
    "renewal_days": gettext_noop("An agency is verified anew every {days} days."),
    "approvals": gettext_noop("At least {days} operators must approve an agency."),
}


@dataclass(frozen=True)
class Difference:
    """What one regime says and the next says otherwise. A side is empty where it says nothing of it."""

    before: str
    after: str


def conduct(regime: Regime) -> list[tuple[str, str]]:
    """How things are done, a sentence each, with its source. Those of requests are left out where none may be."""
    given = regime.conduct
    told = [(_(ROUTES[given.route]), given.sources.get("route", ""))]
    unused = {"open_days"} if given.route == "closed" else {"answer_days"}
    for name, sentence in CONDUCT.items():
        if name not in unused:
            told.append((_(sentence).format(days=getattr(given, name)), given.sources.get(name, "")))
    kinds = ", ".join(_(POSTS[kind]) for kind in given.posts)
    sentence = _("Agencies may post: {kinds}.").format(kinds=kinds) if kinds else _("Agencies may post nothing.")
    return [*told, (sentence, given.sources.get("posts", ""))]


def differences(before: Regime, after: Regime) -> tuple[Difference, ...]:
    """Everything that changes for people, in plain words: conduct, rules, questions, offences, word lists."""
    return tuple(_differences(before, after))


def _differences(before: Regime, after: Regime) -> Iterator[Difference]:
    old, new = (dict(_conduct_words(regime)) for regime in (before, after))
    yield from _unlike(old, new)
    old, new = ({id: plain(rule) for id, rule in regime.rules.items()} for regime in (before, after))
    yield from _unlike(old, new)
    old, new = ({q.id: _(q.question) for q in regime.review} for regime in (before, after))
    yield from _unlike(old, new)
    old, new = ({code: _(title) for code, title in regime.offences.items()} for regime in (before, after))
    yield from _unlike(old, new)
    for name in sorted({*before.words, *after.words}):
        if before.words.get(name) != after.words.get(name):
            sizes = [len(regime.words.get(name, ())) for regime in (before, after)]
            yield Difference(*(_("Word list {name}: {size} entries.").format(name=name, size=n) for n in sizes))


def _conduct_words(regime: Regime) -> Iterator[tuple[str, str]]:
    given = regime.conduct
    yield "route", _(ROUTES[given.route])
    for name, sentence in CONDUCT.items():
        yield name, _(sentence).format(days=getattr(given, name))
    yield "posts", conduct(regime)[-1][0]


def _unlike(before: dict[str, str], after: dict[str, str]) -> Iterator[Difference]:
    for id in [*before, *(id for id in after if id not in before)]:
        if before.get(id) != after.get(id):
            yield Difference(before.get(id, ""), after.get(id, ""))


def plain(rule: Rule) -> str:
    """The rule in a sentence; the judge's own message where we have no plainer one."""
    return said(words.rule(rule))


def said(sentence: words.Sentence) -> str:
    """A sentence of the law, translated before it is filled."""
    return fill(_(sentence.message), sentence.args)
