"""Rooms' slots: no room is booked twice (R73)."""
