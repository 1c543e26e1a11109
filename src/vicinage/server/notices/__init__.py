"""What a signed-in person is told as it happens, by server-sent events."""
