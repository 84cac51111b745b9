"""A professional who has no account here, and the one study that a link shows them."""
