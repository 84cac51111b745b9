"""The MERM's pages: the site's day, one card per exam, the link, images to attach (journey, 3 and 4)."""
