"""Commands on request regimes: show, diff."""

from vicinage.cli import inputs


def add(add: inputs.Add) -> None:
    """Add the commands."""
