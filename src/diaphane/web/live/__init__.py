"""Live pages: server-sent events fed by PostgreSQL, ahead of Django (design.md, Live pages)."""
