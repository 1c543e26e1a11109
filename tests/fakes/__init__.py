"""Stand-ins for the devices and machines at the other end of a wire."""
