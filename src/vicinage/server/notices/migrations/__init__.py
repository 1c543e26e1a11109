"""Migrations of notices, in order."""
