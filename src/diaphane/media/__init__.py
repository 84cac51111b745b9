"""Images that people carry: CDs and folders brought in, studies taken out."""
