"""The transparency log: the only way in is ledger.actions.record."""
