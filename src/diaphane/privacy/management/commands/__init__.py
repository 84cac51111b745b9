"""Management commands of the acquisition."""
