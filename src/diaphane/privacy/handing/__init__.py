"""Hand a person what is held of them: gathered, put in FHIR, written to be read, in one file (R38)."""
