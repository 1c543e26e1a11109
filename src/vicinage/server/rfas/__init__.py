"""Requests for Assistance: drafted, judged, reviewed, published for good."""
