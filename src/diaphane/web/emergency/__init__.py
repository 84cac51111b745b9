"""Access in an emergency: asked by who cares for a patient, reviewed by an administrator."""
