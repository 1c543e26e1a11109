"""Tests of requests that are passed on by mail."""
