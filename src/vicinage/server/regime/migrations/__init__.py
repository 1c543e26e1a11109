"""Migrations of regime, in order."""
