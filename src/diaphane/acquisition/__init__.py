"""The exam on site: preparation, images, quality check (R40, R57, R81–R88)."""
