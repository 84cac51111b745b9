"""The hospital's messages: what came, what is kept aside, which systems may send (R39, R40)."""
