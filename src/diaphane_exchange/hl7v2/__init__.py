"""HL7 v2 messages: read by a library, taken apart here, answered by acknowledgements."""
