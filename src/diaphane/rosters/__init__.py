"""Who is on duty, who can be reached now and how, and the hand-over at shift end (R10, R14, R135)."""
