"""Lawful assemblies that the public entered, for reviewers to compare requests with."""
