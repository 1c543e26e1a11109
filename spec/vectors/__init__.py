"""Vectors and the scripts that make them."""
