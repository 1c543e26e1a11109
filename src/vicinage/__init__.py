"""Vicinage: home cameras whose owners keep the keys, and requests for footage that anyone can check."""
