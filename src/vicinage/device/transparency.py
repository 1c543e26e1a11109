"""Reading the public log and checking its proofs against a policy that the device keeps.

The policy (C2SP tlog-policy: the log's key, the witnesses' keys, the quorum) is taken from the
server on first use and kept from then on. A server that later shows other keys is not believed.
"""

from dataclasses import dataclass

from vicinage.device.errors import RefusedError, UntrustedError
from vicinage.device.session import Session
from vicinage.errors import VicinageError
from vicinage.tlog import layout, policy, proof

LEAF_LIMIT = 65536
PROOF_LIMIT = 65536


@dataclass(frozen=True)
class Proven:
    """A leaf whose place in the log was checked: its index, its bytes, its tlog-proof."""

    index: int
    leaf: bytes
    proof: bytes


class LogReader:
    """Reads leaves with their proofs, and believes none that the policy does not carry."""

    def __init__(self, session: Session, pinned: bytes | None = None) -> None:
        self._session = session
        self.policy = pinned or session.fetch("/log/policy", policy.MAX_BYTES)
        self._policy = policy.parse(self.policy)
        if self._policy.weight() < 1:
            raise UntrustedError(
                "device-no-witness",
                "The log's policy should demand at least one witness, and demands none.",
                "A log without witnesses can show each reader another past.",
            )

    def prove(self, index: int) -> Proven:
        """The leaf at this index with its checked proof. Raises UntrustedError."""
        leaf = self._session.fetch(f"/log/leaf/{index}", LEAF_LIMIT)
        text = self._session.fetch(f"/log/proof/{index}", PROOF_LIMIT)
        return self.check(index, leaf, text)

    def bundle(self, number: int, width: int) -> bytes:
        """Entries as the log keeps them, unchecked; the whole bundle where a part of one is gone."""
        try:
            return self._session.fetch(f"/log/{layout.bundle_path(number, width)}", layout.BUNDLE_LIMIT)
        except RefusedError as error:
            if error.status != 404 or width == layout.WIDTH:
                raise
        return self._session.fetch(f"/log/{layout.bundle_path(number)}", layout.BUNDLE_LIMIT)

    def check(self, index: int, leaf: bytes, text: bytes) -> Proven:
        """Check that this leaf stands at this index under a checkpoint of enough witnesses."""
        try:
            parsed = proof.parse(text)
            parsed.verify(self._policy, leaf)
        except VicinageError as error:
            raise UntrustedError(
                "device-proof-fails",
                f"The log's proof of entry {index} does not hold: {error.sentence}",
                "Do not hand anything over; tell the operator and the witnesses.",
            ) from error
        if parsed.index != index:
            raise UntrustedError(
                "device-other-entry",
                f"The proof should be of entry {index} and is of entry {parsed.index}.",
                "Do not hand anything over; tell the operator and the witnesses.",
            )
        return Proven(index, leaf, text)
