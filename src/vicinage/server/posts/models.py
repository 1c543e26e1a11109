"""Rows of posts."""
