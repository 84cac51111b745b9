"""HL7 v2 over MLLP: frames in, acknowledgements out; the admissions decide."""
