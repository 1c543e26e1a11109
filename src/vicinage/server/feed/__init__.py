"""The public neighbourhood feed: a reader of what is published."""
