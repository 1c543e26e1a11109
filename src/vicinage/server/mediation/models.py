"""Rows of mediation."""
