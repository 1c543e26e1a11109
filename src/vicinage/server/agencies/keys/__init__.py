"""The agency's key, its changes, and the vault by which several officers can open what it was given."""
