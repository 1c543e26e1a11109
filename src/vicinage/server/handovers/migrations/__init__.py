"""Migrations of handovers, in order."""
