"""How a patient is given an access by their site, and how they come in."""
