"""Pages and documents that show how the guide is kept."""
