"""Who is on duty, the roster that an administrator makes, and hand-overs."""
