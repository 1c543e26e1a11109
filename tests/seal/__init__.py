"""Tests of the seal floor."""
