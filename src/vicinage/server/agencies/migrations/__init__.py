"""Migrations of agencies, in order."""
