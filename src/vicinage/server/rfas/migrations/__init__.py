"""Migrations of rfas, in order."""
