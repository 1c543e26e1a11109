"""Tests of the monitor's and the mirror's processes."""
