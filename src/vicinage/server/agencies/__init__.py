"""Agencies, their officers and their keys."""
