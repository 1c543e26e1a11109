"""Tests of the feed app."""
