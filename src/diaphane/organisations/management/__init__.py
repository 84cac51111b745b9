"""Commands of the organisations context."""
