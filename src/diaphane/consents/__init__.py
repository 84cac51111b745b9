"""Both consents, to the act and to the distance, as facts beside the act (R57–R60)."""
