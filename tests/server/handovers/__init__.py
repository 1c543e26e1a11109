"""Tests of the handovers app."""
