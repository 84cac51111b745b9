"""Pages on the data of persons: the register, exports, objections, retention, breaches."""
