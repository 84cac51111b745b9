"""technologist."""
