"""Clips handed to an agency: consent, receipt, download, package."""
