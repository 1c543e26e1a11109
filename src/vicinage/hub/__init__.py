"""The home: camera -> segment -> moment -> spool -> uplink. Holds public recipients, no secret key.

A clip is cut from the stream as it came, sealed in memory, and only then written to disk.
Spec: spec/hub.md.
"""
