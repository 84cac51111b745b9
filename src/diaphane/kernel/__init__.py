"""What every context stands on: transition tables, guards, identifiers, privacy classes, errors."""
