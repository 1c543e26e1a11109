"""The rules in force: which regime, since when, and what is announced."""
