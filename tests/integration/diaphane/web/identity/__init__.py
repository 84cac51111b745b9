"""Pages on whose images an act holds."""
