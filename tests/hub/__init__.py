"""Tests of the home hub."""
