"""Formats, one page each, with vectors that every language reads."""
