"""The agency's side: collecting for a reason, keeping no longer than promised, attesting deletion."""
