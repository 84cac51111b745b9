"""Shifts, coverage and reachability."""
