"""Start, stop and check Diaphane on one machine: what `./diaphane` hands over to."""
