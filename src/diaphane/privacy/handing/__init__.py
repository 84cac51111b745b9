"""Hand a person what is held of them: gathered, described in FHIR, written to be read, put in one file (R38)."""
