"""Passes mediated requests on to residents by mail."""
