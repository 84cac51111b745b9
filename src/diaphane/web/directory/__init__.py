"""Who works at a structure and what they have in order, structures, conventions (R18–R20, R24, R26)."""
