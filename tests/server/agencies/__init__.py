"""Tests of the agencies app."""
