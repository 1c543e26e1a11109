"""What agencies post besides requests: safety tips, updates, community events."""
