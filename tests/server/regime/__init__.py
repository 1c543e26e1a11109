"""Tests of the regime app."""
