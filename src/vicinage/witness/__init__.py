"""A witness: a small process that cosigns a log's checkpoints when each continues the last.

Speaks c2sp.org/tlog-witness over HTTP. Its home holds `key` (secret, 0600), `vkey`, `logs` (the vkeys
of the logs it trusts, one a line) and `seen/<sha256 of origin>` (the last note it cosigned).
"""

from vicinage.witness.http import serve

__all__ = ["serve"]
