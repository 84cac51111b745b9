"""What the platform keeps of the rights of persons."""
