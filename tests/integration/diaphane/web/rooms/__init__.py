"""Pages of the rooms of a site."""
