"""Bringing a signed report to those it concerns: sent means acknowledged (R96, R101)."""
