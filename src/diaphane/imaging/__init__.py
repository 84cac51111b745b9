"""Images of an act: studies, series, instances as they came, and those that wait to be attached."""
