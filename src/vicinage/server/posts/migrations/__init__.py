"""Migrations of posts, in order."""
