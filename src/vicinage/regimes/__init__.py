"""Request regimes as data: one TOML file each, every rule with its source. Format: spec/regime.md."""

from functools import lru_cache
from importlib import resources

from vicinage.core import regime
from vicinage.core.errors import RegimeError

DEFAULT = "public-2021"


def names() -> tuple[str, ...]:
    """The names of the regimes that ship, sorted."""
    files = resources.files(__name__).iterdir()
    return tuple(sorted(f.name.removesuffix(".toml") for f in files if f.name.endswith(".toml")))


def raw(name: str) -> bytes:
    """The TOML bytes of a regime that ships. Raises RegimeError."""
    if name not in names():
        raise RegimeError(
            "regime-unknown", f"There is no regime {name[:40]!r}.", f"Those that ship: {', '.join(names())}."
        )
    return (resources.files(__name__) / f"{name}.toml").read_bytes()


@lru_cache(maxsize=32)
def load(name_or_bytes: str | bytes) -> regime.Regime:
    """A regime by its name, or from TOML bytes, as read and checked. Raises RegimeError."""
    return regime.parse(raw(name_or_bytes) if isinstance(name_or_bytes, str) else name_or_bytes)
