"""What a site's gateway asks and says: its way in, its worklist, its counts, the steps of its modalities."""
