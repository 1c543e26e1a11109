"""Commands on agencies: import-domains, import-directory."""

from vicinage.cli import inputs


def add(add: inputs.Add) -> None:
    """Add the commands."""
