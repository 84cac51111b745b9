"""Pages, by audience: each view parses, authorises, calls one operation or query, renders."""
