"""What a site's gateway asks and says: its worklist, and its counts."""
