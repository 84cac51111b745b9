"""Information and agreements: the sheets, who was given which, both consents, a no (R52–R60)."""
