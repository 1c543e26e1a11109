"""Commands on request regimes: list, show, diff, check; and announce, which alone needs the server."""

import argparse
import textwrap
from pathlib import Path

from vicinage.cli import inputs
from vicinage.core.rules import NAME, Regime, parse

WIDTH = 100


def _list(arguments: argparse.Namespace) -> int:
    from vicinage import regimes

    for name in regimes.names():
        mark = " (default)" if name == regimes.DEFAULT else ""
        print(f"{name}{mark}: {regimes.load(name).title}")
    return inputs.HOLDS


def _show(arguments: argparse.Namespace) -> int:
    from vicinage.core import plain

    regime = _read(arguments.regime)
    print(f"{regime.name}: {regime.title}\n")
    print(textwrap.fill(regime.summary, WIDTH))
    heading = ""
    for said in plain.parts(regime):
        kind = said.name.partition(".")[0]
        if kind != heading:
            print(f"\n{ {'conduct': 'Conduct', 'rules': 'Rules', 'review': 'Asked of a person'}[kind] }")
            heading = kind
        _tell(f"{said.name.partition('.')[2]}: {said.sentence}", "  ")
        if arguments.sources:
            _tell(said.source, "      ")
    print(f"\nOffences: {len(regime.offences)}. Word lists: {len(regime.words)}. SHA-256: {regime.sha256}")
    return inputs.HOLDS


def _diff(arguments: argparse.Namespace) -> int:
    from vicinage.core import plain

    before, after = _read(arguments.before), _read(arguments.after)
    found = plain.differences(before, after)
    for each in found:
        print(each.name)
        for mark, text in (("-", each.before), ("+", each.after)):
            if text is not None:
                _tell(str(text), f"  {mark} ")
    if not found:
        print("They say the same.")
    return inputs.HOLDS


def _check(arguments: argparse.Namespace) -> int:
    regime = _read(arguments.regime, file=True)
    rules, questions = len(regime.rules), len(regime.review)
    print(f"{regime.name} can be used: {rules} rules, {questions} questions. SHA-256: {regime.sha256}")
    return inputs.HOLDS


def _announce(arguments: argparse.Namespace) -> int:
    from vicinage.run import announcing

    effective_at = announcing.read_start(arguments.start)
    toml, regime = _bytes(arguments.regime), _read(arguments.regime)
    against = announcing.announce(inputs.home(arguments), toml, effective_at)
    for sentence in against:
        _tell(sentence, "")
    if not against:
        print(f"{regime.name} is announced, and takes force on {effective_at:%Y-%m-%d %H:%M} UTC.")
    return inputs.FAILS if against else inputs.HOLDS


def _tell(text: str, lead: str) -> None:
    print(textwrap.fill(text, WIDTH, initial_indent=lead, subsequent_indent=" " * (len(lead) + 2)))


def _read(given: str, file: bool = False) -> Regime:
    """A regime that ships, by its name; or one in a file. Raises RegimeError, BadInputError."""
    from vicinage.core.errors import RegimeError

    try:
        return parse(_bytes(given, file))
    except RegimeError as error:
        raise inputs.BadInputError(error.code, f"{given}: {error.sentence}", error.hint) from error


def _bytes(given: str, file: bool = False) -> bytes:
    """The TOML bytes of a regime that ships, or of a file. Raises RegimeError, BadInputError."""
    from vicinage import regimes

    by_name = not file and (given in regimes.names() or (NAME.match(given) and not Path(given).exists()))
    return regimes.raw(given) if by_name else inputs.small(Path(given))


def add(add: inputs.Add) -> None:
    """Add the commands."""
    group = add("regime", _list, "The rules in force for requests: list, show, compare, check, announce.")
    within = group.add_subparsers(metavar="list|show|diff|check|announce")
    add("list", _list, "The regimes that ship.", within)
    show = add("show", _show, "A regime in plain words.", within)
    show.add_argument("regime", metavar="NAME|FILE")
    show.add_argument("--sources", action="store_true", help="say where each rule comes from")
    diff = add("diff", _diff, "What changes from one regime to another.", within)
    diff.add_argument("before", metavar="NAME|FILE")
    diff.add_argument("after", metavar="NAME|FILE")
    check = add("check", _check, "Whether a file is a regime: else line, value and hint.", within)
    check.add_argument("regime", metavar="FILE")
    announce = add("announce", _announce, "Announce a change of rules, ahead of its time.", within)
    announce.add_argument("regime", metavar="NAME|FILE")
    announce.add_argument("--from", dest="start", metavar="DATE", required=True, help="when it takes force")
    announce.add_argument("--home", type=Path, help="the state folder (VICINAGE_HOME, .state)")
