"""Migrations of ledger, in order."""
