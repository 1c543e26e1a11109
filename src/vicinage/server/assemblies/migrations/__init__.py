"""Migrations of assemblies, in order."""
