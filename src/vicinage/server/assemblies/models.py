"""Rows of assemblies."""
