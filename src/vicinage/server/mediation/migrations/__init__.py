"""Migrations of mediation, in order."""
