"""Tests: they mirror src, and tell their stories by persona."""
