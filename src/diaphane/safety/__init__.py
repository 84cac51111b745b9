"""Safety of an exam: rules as versioned data, and the small engine that applies them (R66, R68, R76, R85)."""
