"""Tests of the witness process."""
