"""Evidence that stands without us: the package an agency takes to court, and the audit of the log.

pack writes a package, verify checks one, audit replays a whole log. All work offline, without the
server's database, and say in words what they checked. Specs: spec/evidence.md, spec/log.md.
"""
