"""One decision after another: checks a request, records the checkpoint, then gives the cosignature out."""

import threading
from collections.abc import Callable

from vicinage import faults
from vicinage.tlog import checkpoint, witness
from vicinage.tlog.note import Signature
from vicinage.tlog.signing import CosignatureSigner
from vicinage.witness.home import Home


class Cosigner:
    """The witness itself, without HTTP. now: POSIX seconds."""

    def __init__(self, home: Home, signer: CosignatureSigner, now: Callable[[], int]) -> None:
        self._home = home
        self._signer = signer
        self._now = now
        self._one_at_a_time = threading.Lock()

    def add_checkpoint(self, body: bytes) -> Signature:
        """The cosignature for an add-checkpoint request.

        Raises WitnessError for a refusal, another TlogError for a damaged home.

        The check of the old size and the record of the new are one step under a lock, and the record is
        on the disk before the cosignature leaves: after a crash the witness can only be ahead of its answers.
        """
        request = witness.parse_request(body)
        origin = request.tree.origin
        with self._one_at_a_time:
            last = self._home.seen(origin)
            seen = None if last is None else checkpoint.parse(last.text)
            signed = witness.judge(request, self._home.logs(), seen)
            cosignature = self._signer.sign(signed.text, self._now())
            self._home.record(origin, signed.with_signatures([cosignature]))
        faults.point("witness.recorded")
        return cosignature
