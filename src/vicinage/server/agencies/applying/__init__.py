"""How an agency gets in: it applies, operators gather evidence, and two of them approve."""
