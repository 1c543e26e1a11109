"""Migrations of accounts, in order."""
