"""The .gov domains and the directory of law enforcement: read from files, and compared with applications."""
