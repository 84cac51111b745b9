"""Documents beside a request: brought, opened, withdrawn (R71)."""
