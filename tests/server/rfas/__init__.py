"""Tests of the rfas app."""
