"""reading_room."""
