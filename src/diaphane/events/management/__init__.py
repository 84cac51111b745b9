"""Commands on the events."""
