"""Take a copy of an exam's images away, as the files of a CD."""
