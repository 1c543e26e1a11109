"""Migrations of feed, in order."""
