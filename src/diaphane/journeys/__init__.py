"""Use cases that cross contexts, each started by an event."""
