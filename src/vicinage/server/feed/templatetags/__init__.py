"""Template tags of the feed."""
