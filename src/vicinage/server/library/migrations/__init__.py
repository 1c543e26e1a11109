"""Migrations of library, in order."""
