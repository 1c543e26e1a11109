"""One decision after another: checks a request, records the checkpoint, then gives the cosignature out."""

import threading
from collections.abc import Callable

from vicinage import faults
from vicinage.tlog import checkpoint, signing, times, witness
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

        Raises WitnessError for a refusal, another TlogError for a damaged home or a clock set back.

        The check of the old size and the record of the new are one step under a lock, and the record is
        on the disk before the cosignature leaves: after a crash the witness can only be ahead of its answers.
        """
        request = witness.parse_request(body)
        origin = request.tree.origin
        with self._one_at_a_time:
            last = self._home.seen(origin)
            seen = None if last is None else checkpoint.parse(last.text)
            signed = witness.judge(request, self._home.logs(), seen)
            before = None if last is None else signing.stated_time(last, self._signer.vkey)
            cosignature = self._signer.sign(signed.text, times.not_before(before, self._now()))
            self._home.record(origin, signed.with_signatures([cosignature]))
        faults.point("witness.recorded")
        return cosignature
