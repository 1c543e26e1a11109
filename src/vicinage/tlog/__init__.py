"""A transparency log after C2SP: Merkle tree, notes, checkpoints, tiles, proofs, policy, witness logic.

Knows bytes, not requests for assistance. Sources: c2sp.org/tlog-tiles, tlog-checkpoint, signed-note,
tlog-cosignature, tlog-witness, tlog-policy, tlog-proof, and RFC 6962.
"""
