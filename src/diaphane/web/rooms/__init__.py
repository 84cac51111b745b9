"""Rooms of a site, for its administrator: hours, closures, what is booked in them (R73)."""
