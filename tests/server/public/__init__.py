"""Tests of the public app."""
