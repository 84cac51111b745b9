"""Log in by Pro Santé Connect, and close the session over there."""
