"""Tests of the device that takes a browser's place."""
