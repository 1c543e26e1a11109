"""Tests of the regimes that ship."""
