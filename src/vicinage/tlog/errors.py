"""Errors of the log.

TlogError
  MerkleError        a proof or an index does not fit the tree
  NoteError          a signed note, key or signature is malformed or false
  CheckpointError    a checkpoint's text is malformed
  TileError          a tile, an entry bundle or the log's folder is missing, malformed or forked
  PolicyError        a policy is malformed, or a checkpoint does not meet it
  ProofError         a proof of logging is malformed or false
  WitnessError       a witness says no, with the HTTP status that tlog-witness demands
"""

from vicinage.errors import VicinageError


class TlogError(VicinageError):
    """Base of the log's errors."""


class MerkleError(TlogError):
    """A Merkle proof, index or size is wrong."""


class NoteError(TlogError):
    """A signed note, a key or a signature is malformed or false."""


class CheckpointError(TlogError):
    """A checkpoint's text is malformed."""


class TileError(TlogError):
    """A tile, a bundle of entries or the folder of the log is wrong."""


class PolicyError(TlogError):
    """A policy is malformed, or a checkpoint does not meet it."""


class ProofError(TlogError):
    """A proof of logging is malformed or false."""


class WitnessError(TlogError):
    """A witness refuses a checkpoint.

    status: HTTP status by tlog-witness. size: the size last cosigned, given when the client's
    old size differs (409), else None.
    """

    def __init__(self, status: int, code: str, sentence: str, size: int | None = None) -> None:
        super().__init__(code, sentence)
        self.status = status
        self.size = size
