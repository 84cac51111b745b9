"""Pure formats: read and write HL7 v2 from plain dataclasses. Knows nothing else."""
