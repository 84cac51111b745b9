"""Show an exam to a colleague who has no account here, and close what was opened."""
