"""Management commands of imaging."""
