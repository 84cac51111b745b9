"""One study shown to an outside professional by a link that ends, with two factors (R42, R43)."""
