"""Whose images these are: one page of an act, for the technologists of its site and its imageurs (R40)."""
