"""requesting."""
