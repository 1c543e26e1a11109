"""age v1 files (C2SP age.md) over `cryptography`: box closes, unseal opens.

X25519 and passphrase (scrypt) stanzas; no ASCII armour and no hybrid stanza yet. The server and
the hub never import `unseal`: they hold recipients, not identities. Spec: spec/seal.md.
"""
