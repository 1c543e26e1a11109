"""People who sign in: e-mail, password, second factor, and two standing roles."""
