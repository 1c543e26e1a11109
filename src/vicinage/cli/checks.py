"""Commands that check what others say, with no server's help: verify, audit; and unseal."""

import argparse
import secrets
from pathlib import Path

from vicinage.cli import inputs


def _verify(arguments: argparse.Namespace) -> int:
    from vicinage.evidence import verify

    report = verify.verify(inputs.path(arguments.package), _trusted(arguments))
    return inputs.report(report.ok, report.lines, arguments.json)


def _audit(arguments: argparse.Namespace) -> int:
    from vicinage.evidence import audit

    source = arguments.source
    if not source.startswith(("http://", "https://")):
        inputs.path(Path(source))
    earlier = None if arguments.earlier is None else inputs.small(arguments.earlier)
    report = audit.audit(source, _trusted(arguments), earlier)
    return inputs.report(report.ok, report.lines, arguments.json)


def _trusted(arguments: argparse.Namespace) -> bytes | None:
    given: Path | None = arguments.policy
    return None if given is None else inputs.small(given)


def _unseal(arguments: argparse.Namespace) -> int:
    from vicinage.seal import unseal
    from vicinage.seal.keys import Identity

    identity = Identity.parse(inputs.small(arguments.identity).decode("utf-8", "replace"))
    out: Path = arguments.out
    if out.is_dir() or not out.parent.is_dir():
        raise inputs.BadInputError(
            "out-not-a-file", f"There should be a folder with room for a file at {out}.", "Check the path."
        )
    with inputs.file(arguments.sealed).open("rb") as source:
        scratch = out.with_name(f".{out.name}.{secrets.token_hex(4)}.opening")
        try:
            with scratch.open("xb") as opened:
                unseal.open_stream(source, opened, identity)
            scratch.replace(out)
        finally:
            scratch.unlink(missing_ok=True)
    return inputs.HOLDS


def add(add: inputs.Add) -> None:
    """Add the commands."""
    verify = add("verify", _verify, "Check an evidence package, offline.")
    verify.add_argument("package", type=Path, help="the package: a folder or a zip file")
    audit = add("audit", _audit, "Replay a whole log and judge each request again, offline.")
    audit.add_argument("source", metavar="DIR-OR-URL")
    audit.add_argument(
        "--earlier", type=Path, metavar="CHECKPOINT", help="a checkpoint kept from before, to be continued"
    )
    for command in (verify, audit):
        command.add_argument("--json", action="store_true")
        command.add_argument("--policy", type=Path, help="a tlog-policy that you trust, from elsewhere")
    unseal = add("unseal", _unseal, "Open an age file with an identity file.")
    unseal.add_argument("sealed", type=Path, metavar="FILE")
    unseal.add_argument("--identity", "-i", type=Path, required=True)
    unseal.add_argument("--out", "-o", type=Path, required=True)
