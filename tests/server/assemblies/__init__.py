"""Tests of the assemblies app."""
