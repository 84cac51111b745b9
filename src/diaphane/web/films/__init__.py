"""The light viewer: an act's images as films, for its patient and for a first look, progressive and exact."""
