"""The rights of persons over their data, and what the law asks of who holds them (R37, R38, R62)."""
