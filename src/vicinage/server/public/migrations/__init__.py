"""Migrations of public, in order."""
