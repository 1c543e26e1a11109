"""Tests of the posts app."""
