"""Pages of duty, rosters and hand-overs."""
